/**
 * `{{resolve:secretsmanager:…}}` in properties: what stands there is put in when a resource is made or
 * changed, and CloudFormation keeps the reference only.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
 */
import { AwsFault } from "../../common/service.ts";
import type { Secrets } from "../../secrets-manager/secrets.ts";

const REFERENCE = /\{\{resolve:([^:}]+):([^}]*)\}\}/g;

/** A copy in which nothing is left to be looked up. Throws AwsFault for what is not there. */
export function resolved<T>(value: T, secrets: Secrets, region: string): T {
  return mapTexts(value, (text) =>
    text.replace(REFERENCE, (reference, service: string, key: string) => {
      if (service !== "secretsmanager") {
        throw new AwsFault(
          "ValidationError",
          `The local AWS resolves references to Secrets Manager only, not ${reference}`,
        );
      }
      return secretValue(key, secrets, region);
    }),
  ) as T;
}

/** `secret-id:SecretString:json-key:version-stage:version-id`; the id is a name here, for an ARN has colons. */
function secretValue(key: string, secrets: Secrets, region: string): string {
  const [id = "", kind = "", jsonKey = "", stage = "", version = "", ...rest] = key.split(":");
  if (kind !== "SecretString" || rest.length > 0 || (stage !== "" && version !== "")) {
    throw new AwsFault(
      "ValidationError",
      `Incorrect format is used in the following SSM reference: [${key}]`,
    );
  }
  const wanted = { ...(version !== "" && { id: version }), ...(stage !== "" && { stage }) };
  const { value } = secrets.version(region, id, wanted);
  if (jsonKey === "") return value;
  const member = (JSON.parse(value) as Record<string, unknown>)[jsonKey];
  if (typeof member === "string") return member;
  throw new AwsFault("ValidationError", `Could not find a value associated with JSONKey`);
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((member) => mapTexts(member, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, mapTexts(member, change)]),
  );
}
