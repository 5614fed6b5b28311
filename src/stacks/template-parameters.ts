import { parseDocument } from "yaml";
import { DslError } from "../../runtime/core/dsl-error.ts";

/** The parameters that a template declares. Throws a DslError for a text that is no template. */
export function declaredParameters(template: string, where: string): Set<string> {
  // Short forms such as !Ref are tags that the parser does not know and need not know here.
  const document = parseDocument(template, { logLevel: "silent" });
  const [fault] = document.errors;
  const content: unknown = fault === undefined ? document.toJS() : null;
  const { Parameters = {}, Resources } = (content ?? {}) as Record<string, object | undefined>;
  if (fault === undefined && Resources !== undefined) return new Set(Object.keys(Parameters));
  throw new DslError(
    "invalid_template",
    `${where} is no CloudFormation template: ${fault?.message.split("\n")[0] ?? "it has no Resources"}`,
    "aws cloudformation validate-template says what is wrong with it",
  );
}
