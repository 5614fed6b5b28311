/** Roles, and the access keys that functions get by assuming them. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { readJson, writeJson } from "../common/json-file.ts";
import { AwsFault } from "../common/service.ts";
import { allows, letsAssume, type Policy, parsePolicy, parseTrustPolicy } from "./policy.ts";

export interface RoleSettings {
  description: string;
  trustPolicy: unknown;
  policies: { name: string; document: unknown }[];
  tags: Record<string, string>;
}

export interface Role extends RoleSettings {
  name: string;
  arn: string;
  id: string;
  /** Which creation made it; see ResourceRequest.token. */
  token: string;
  credentials: Credentials;
}

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

export class Roles {
  readonly #path: string;
  readonly #accountId: string;
  readonly #roles: Map<string, Role>;

  constructor(home: string, accountId: string) {
    this.#path = join(home, "iam", "roles.json");
    this.#accountId = accountId;
    const roles = readJson<Role[]>(this.#path) ?? [];
    this.#roles = new Map(roles.map((role) => [role.name, role]));
  }

  /** Throws EntityAlreadyExists, MalformedPolicyDocument, or ValidationError for the name. */
  create(name: string, path: string, settings: RoleSettings, token: string): Role {
    requireValid(settings);
    if (!/^[\w+=,.@-]{1,64}$/.test(name)) {
      throw new AwsFault("ValidationError", `The specified value for roleName is invalid: ${name}`);
    }
    const existing = this.#roles.get(name);
    if (existing !== undefined && existing.token !== token) {
      throw new AwsFault("EntityAlreadyExists", `Role with name ${name} already exists.`, 409);
    }
    return this.#put({
      ...settings,
      name,
      token,
      arn: `arn:aws:iam::${this.#accountId}:role${path}${name}`,
      id: existing?.id ?? identifier("AROA"),
      credentials: existing?.credentials ?? {
        accessKeyId: identifier("ASIA"),
        secretAccessKey: randomBytes(30).toString("base64"),
        sessionToken: randomBytes(96).toString("base64"),
      },
    });
  }

  /** Throws NoSuchEntity or MalformedPolicyDocument. */
  update(name: string, settings: RoleSettings): Role {
    requireValid(settings);
    const role = this.#roles.get(name);
    if (role === undefined) {
      throw new AwsFault("NoSuchEntity", `The role with name ${name} cannot be found.`, 404);
    }
    return this.#put({ ...role, ...settings });
  }

  delete(name: string): void {
    if (this.#roles.delete(name)) this.#save();
  }

  /** The role, if Lambda may assume it. Throws InvalidParameterValueException otherwise. */
  assumableByLambda(arn: string): Role {
    const role = [...this.#roles.values()].find((candidate) => candidate.arn === arn);
    if (
      role === undefined ||
      !letsAssume(parseTrustPolicy(role.trustPolicy), "lambda.amazonaws.com")
    ) {
      throw new AwsFault(
        "InvalidParameterValueException",
        "The role defined for the function cannot be assumed by Lambda.",
      );
    }
    return role;
  }

  /** The role that an access key belongs to; undefined for keys of the account's owner. */
  ofAccessKey(accessKeyId: string): Role | undefined {
    return [...this.#roles.values()].find(
      ({ credentials }) => credentials.accessKeyId === accessKeyId,
    );
  }

  #put(role: Role): Role {
    this.#roles.set(role.name, role);
    this.#save();
    return role;
  }

  #save(): void {
    writeJson(this.#path, [...this.#roles.values()]);
  }
}

/** Whether a role may do something. `action` such as `s3:GetObject`; `resource` is an ARN; `prefix` for s3:ListBucket. */
export function roleAllows(role: Role, action: string, resource: string, prefix?: string): boolean {
  const policies: Policy[] = role.policies.map(({ document }) => parsePolicy(document));
  // There is one account here, so what a role asks for is in its own.
  return allows(policies, action, resource, role.arn.split(":")[4] ?? "", undefined, prefix);
}

function requireValid(settings: RoleSettings): void {
  parseTrustPolicy(settings.trustPolicy);
  for (const { document } of settings.policies) parsePolicy(document);
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
function identifier(prefix: "AROA" | "ASIA"): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  return prefix + Array.from(randomBytes(16), (byte) => letters[byte % 32]).join("");
}
