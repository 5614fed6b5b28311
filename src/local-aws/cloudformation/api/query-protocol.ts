/** The AWS query protocol: a form in, XML out. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
import type { LocalResponse } from "../../common/service.ts";
import { type XmlValue, xmlDocument } from "../../common/xml.ts";

export type Form = { [key: string]: string | Form | (string | Form)[] };

const NAMESPACE = "http://cloudformation.amazonaws.com/doc/2010-05-15/";

/** `Tags.member.1.Key=a` is `{Tags: [{Key: "a"}]}`; an empty list is sent as `Tags=`. */
export function parseForm(parameters: URLSearchParams): Form {
  const root: Form = {};
  for (const [path, value] of parameters) {
    const keys = path.split(".");
    const last = keys.pop() ?? "";
    let at = root;
    for (const key of keys) {
      const next = at[key];
      at[key] = typeof next === "object" ? next : {};
      at = at[key] as Form;
    }
    at[last] = value;
  }
  return membersToLists(root) as Form;
}

function membersToLists(form: Form): Form | (string | Form)[] {
  const converted = Object.fromEntries(
    Object.entries(form).map(([key, value]) => [
      key,
      typeof value === "string" ? value : membersToLists(value as Form),
    ]),
  );
  const { member, ...rest } = converted;
  if (typeof member !== "object" || Object.keys(rest).length > 0) return converted;
  return (Object.entries(member) as [string, string | Form][])
    .sort(([one], [other]) => Number(one) - Number(other))
    .map(([, value]) => value);
}

export type Answer = { [key: string]: AnswerValue };
type AnswerValue = string | number | boolean | undefined | Answer | AnswerValue[];

/** The answer to an operation; lists become `<member>` elements. */
export function queryResponse(operation: string, result: Answer, requestId: string): LocalResponse {
  const document = xmlDocument(
    `${operation}Response`,
    {
      [`${operation}Result`]: withMembers(result),
      ResponseMetadata: { RequestId: requestId },
    },
    NAMESPACE,
  );
  return { status: 200, headers: { "content-type": "text/xml" }, body: document };
}

function withMembers(value: AnswerValue): XmlValue {
  if (Array.isArray(value)) return { member: value.map(withMembers) };
  if (typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, withMembers(child)]));
}
