/** SSM's Parameter Store over AWS JSON 1.1: strings, as far as tokens need it. Kept on disk. */
import { join } from "node:path";
import { z } from "zod";
import { readJson, writeJson } from "../common/json-file.ts";
import { parseJsonBody, validatedOperations } from "../common/json-operations.ts";
import { AwsFault, type LocalService, type Permits } from "../common/service.ts";
import type { LocalContext } from "../context/context.ts";

interface Parameter {
  region: string;
  name: string;
  value: string;
  /** Absent in states of before there were others: String. */
  type?: "String" | "SecureString";
  description: string;
  version: number;
  /** Seconds since 1970. */
  modified: number;
}

/** Characters of a parameter of the standard tier. */
const LONGEST_VALUE = 4096;
const PAGE = 10;

export function createSsmService(context: LocalContext, permits: Permits): LocalService {
  const path = join(context.home, "ssm", "parameters.json");
  let parameters = readJson<Parameter[]>(path) ?? [];
  const save = (changed: Parameter[]) => {
    parameters = changed;
    writeJson(path, parameters);
  };
  const shown = (parameter: Parameter, isDecrypted: boolean) => {
    const { region, name, type = "String", value, version, modified } = parameter;
    const isReadable = type === "String" || isDecrypted;
    return {
      Name: name,
      Type: type,
      Value: isReadable ? value : Buffer.from(`encrypted ${version}`).toString("base64"),
      Version: version,
      LastModifiedDate: modified,
      ARN: `arn:aws:ssm:${region}:${context.accountId}:parameter${name}`,
      DataType: "text",
    };
  };
  const operations: Record<string, Handler> = {
    PutParameter: operation(putSchema, (input, { region, require }) => {
      require(`parameter${input.Name}`);
      const isIt = (one: Parameter) => one.region === region && one.name === input.Name;
      const before = parameters.find(isIt);
      if (before !== undefined && !input.Overwrite) {
        throw new AwsFault(
          "ParameterAlreadyExists",
          "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
        );
      }
      const version = (before?.version ?? 0) + 1;
      const { Name: name, Value: value, Type: type, Description: description } = input;
      const modified = Date.now() / 1000;
      const others = parameters.filter((one) => !isIt(one));
      save([...others, { region, name, value, type, description, version, modified }]);
      return { Version: version, Tier: "Standard" };
    }),
    GetParameter: operation(getSchema, (input, { region, require }) => {
      require(`parameter${input.Name}`);
      const isIt = (one: Parameter) => one.region === region && one.name === input.Name;
      const found = parameters.find(isIt);
      if (found === undefined) throw new AwsFault("ParameterNotFound", "");
      return { Parameter: shown(found, input.WithDecryption) };
    }),
    GetParametersByPath: operation(pathSchema, (input, { region, require }) => {
      require(`parameter${input.Path}`);
      const prefix = input.Path.endsWith("/") ? input.Path : `${input.Path}/`;
      const found = parameters
        .filter((one) => one.region === region && one.name.startsWith(prefix))
        .filter(({ name }) => input.Recursive || !name.slice(prefix.length).includes("/"))
        .sort((one, other) => (one.name < other.name ? -1 : 1));
      const start = Number(input.NextToken ?? 0);
      const end = start + input.MaxResults;
      const Parameters = found.slice(start, end).map((one) => shown(one, input.WithDecryption));
      return { Parameters, ...(end < found.length && { NextToken: String(end) }) };
    }),
    DeleteParameter: operation(z.strictObject({ Name: parameterName }), (input, scope) => {
      scope.require(`parameter${input.Name}`);
      const isIt = (one: Parameter) => one.region === scope.region && one.name === input.Name;
      if (!parameters.some(isIt)) throw new AwsFault("ParameterNotFound", "");
      save(parameters.filter((one) => !isIt(one)));
      return {};
    }),
  };
  return {
    signingName: "ssm",
    protocol: "json",
    handle: async ({ headers, body, region, accessKeyId }) => {
      const name = headers["x-amz-target"]?.replace(/^AmazonSSM\./, "") ?? "";
      const handler = operations[name];
      if (handler === undefined) {
        throw new AwsFault(
          "UnknownOperationException",
          `The local SSM does not implement ${name}.`,
        );
      }
      const require = (resource: string) => {
        const arn = `arn:aws:ssm:${region}:${context.accountId}:${resource}`;
        if (permits(accessKeyId, `ssm:${name}`, arn)) return;
        throw new AwsFault("AccessDeniedException", `Not authorized to perform: ssm:${name}`);
      };
      const output = handler(parseJsonBody(body.toString()), { region, require });
      const contentType = "application/x-amz-json-1.1";
      return {
        status: 200,
        headers: { "content-type": contentType },
        body: JSON.stringify(output),
      };
    },
  };
}

interface Scope {
  region: string;
  /** Throws when the caller may not do this to the resource. */
  require(resource: string): void;
}

type Handler = (input: unknown, scope: Scope) => object;

const operation = validatedOperations<Scope>("ValidationException");

const parameterName = z.string().regex(/^(\/[\w.-]+){1,15}$/);
const putSchema = z.strictObject({
  Name: parameterName,
  Value: z.string().min(1).max(LONGEST_VALUE),
  Type: z.enum(["String", "SecureString"]),
  Description: z.string().default(""),
  Overwrite: z.boolean().default(false),
});
const getSchema = z.strictObject({
  Name: parameterName,
  WithDecryption: z.boolean().default(false),
});
const pathSchema = z.strictObject({
  Path: z.string().startsWith("/"),
  Recursive: z.boolean().default(false),
  WithDecryption: z.boolean().default(false),
  MaxResults: z.int().min(1).max(PAGE).default(PAGE),
  NextToken: z.string().optional(),
});
