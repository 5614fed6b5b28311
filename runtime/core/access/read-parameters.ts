/** Parameters of SSM's Parameter Store below a path. */
import { asArray, asObject, asString } from "../format/check.ts";
import type { JsonService } from "../store/json-service.ts";

/** All of them, with their names below the path. Throws a ServiceError, a network error, or InvalidData. */
export async function readParameters(
  ssm: JsonService,
  Path: string,
): Promise<{ name: string; value: string }[]> {
  const found: { name: string; value: string }[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ssm.call("GetParametersByPath", { Path, ...(NextToken && { NextToken }) });
    const parameters = asArray(page.Parameters, "Parameters", (value, where) => {
      const { Name, Value } = asObject(value, where);
      const name = asString(Name, "Name").slice(Path.length + 1);
      return { name, value: asString(Value, "Value") };
    });
    found.push(...parameters);
    NextToken = page.NextToken === undefined ? undefined : asString(page.NextToken, "NextToken");
  } while (NextToken !== undefined);
  return found;
}
