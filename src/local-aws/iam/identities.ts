/** Managed policies, and providers of tokens from elsewhere: what roles refer to. */
import { join } from "node:path";
import { readJson, writeJson } from "../common/json-file.ts";
import { AwsFault } from "../common/service.ts";
import { parsePolicy } from "./policy.ts";

/** Characters without white space: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const LARGEST_POLICY = 6144;

interface State {
  /** Documents by ARN. */
  policies: Record<string, unknown>;
  providers: string[];
}

export class Identities {
  readonly #path: string;
  readonly #accountId: string;
  readonly #state: State;

  constructor(home: string, accountId: string) {
    this.#path = join(home, "iam", "identities.json");
    this.#accountId = accountId;
    this.#state = readJson<State>(this.#path) ?? { policies: {}, providers: [] };
  }

  /** Gives its ARN. Throws MalformedPolicyDocument or LimitExceeded. */
  putPolicy(name: string, document: unknown): string {
    parsePolicy(document);
    const size = JSON.stringify(document).length;
    if (size > LARGEST_POLICY) {
      throw new AwsFault(
        "LimitExceeded",
        `Cannot exceed quota for PolicySize: ${LARGEST_POLICY}`,
        409,
      );
    }
    const arn = `arn:aws:iam::${this.#accountId}:policy/${name}`;
    this.#state.policies[arn] = document;
    this.#save();
    return arn;
  }

  /** Throws NoSuchEntity. */
  policy(arn: string): unknown {
    const document = this.#state.policies[arn];
    if (document !== undefined) return document;
    throw new AwsFault("NoSuchEntity", `Policy ${arn} does not exist or is not attachable.`, 404);
  }

  deletePolicy(arn: string): void {
    delete this.#state.policies[arn];
    this.#save();
  }

  /** Gives its ARN. Throws InvalidInput, or EntityAlreadyExists for an issuer that has one. */
  addProvider(url: string): string {
    if (!/^https:\/\/[\w.-]+(\/\S*)?$/.test(url)) {
      throw new AwsFault("InvalidInput", "The URL must begin with https://");
    }
    const arn = `arn:aws:iam::${this.#accountId}:oidc-provider/${url.replace("https://", "")}`;
    if (this.#state.providers.includes(arn)) {
      throw new AwsFault("EntityAlreadyExists", `Provider with url ${url} already exists.`, 409);
    }
    this.#state.providers.push(arn);
    this.#save();
    return arn;
  }

  deleteProvider(arn: string): void {
    this.#state.providers = this.#state.providers.filter((each) => each !== arn);
    this.#save();
  }

  #save(): void {
    writeJson(this.#path, this.#state);
  }
}
