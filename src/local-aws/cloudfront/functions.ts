/** CloudFront Functions: small scripts that a distribution runs on requests. Kept on disk. */
import { join } from "node:path";
import { createContext, Script } from "node:vm";
import { readJson, writeJson } from "../common/json-file.ts";
import { AwsFault } from "../common/service.ts";

interface EdgeFunction {
  name: string;
  code: string;
  token: string;
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html */
export interface ViewerEvent {
  version: "1.0";
  context: { eventType: "viewer-request"; distributionDomainName: string };
  viewer: { ip: string };
  request: FunctionRequest;
}

export interface FunctionRequest {
  method: string;
  uri: string;
  querystring: Record<string, { value: string }>;
  headers: Record<string, { value: string }>;
}

export interface FunctionResponse {
  statusCode: number;
  headers?: Record<string, { value: string }>;
}

/** A function may take about a millisecond; here only endless ones are ended. */
const LONGEST_MS = 2_000;
/** Bytes: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html */
const LONGEST_CODE = 10_240;

export class EdgeFunctions {
  readonly #path: string;
  readonly #accountId: string;
  readonly #scripts = new Map<string, Script>();
  #functions: EdgeFunction[];

  constructor(home: string, accountId: string) {
    this.#path = join(home, "cloudfront", "functions.json");
    this.#accountId = accountId;
    this.#functions = readJson<EdgeFunction[]>(this.#path) ?? [];
  }

  /** Throws for a name that is taken and for code that is none. Returns its ARN. */
  create(name: string, code: string, token: string): string {
    const existing = this.#functions.find((one) => one.name === name);
    if (existing !== undefined && existing.token !== token) {
      throw new AwsFault("FunctionAlreadyExists", `Function ${name} already exists.`, 409);
    }
    return this.#put({ name, code, token });
  }

  update(name: string, code: string): string {
    const existing = this.#functions.find((one) => one.name === name);
    if (existing === undefined) throw new AwsFault("NoSuchFunctionExists", name, 404);
    return this.#put({ ...existing, code });
  }

  delete(name: string): void {
    this.#functions = this.#functions.filter((one) => one.name !== name);
    this.#save();
  }

  has(arn: string): boolean {
    return this.#functions.some(({ name }) => this.#arnOf(name) === arn);
  }

  /** What the function makes of a request: another request, or an answer. Throws when it fails. */
  run(arn: string, event: ViewerEvent): FunctionRequest | FunctionResponse {
    const found = this.#functions.find(({ name }) => this.#arnOf(name) === arn);
    if (found === undefined) throw new Error(`no function ${arn}`);
    const context = createContext({ given: JSON.stringify(event) }, { codeGeneration: NO_CODE });
    const made: unknown = this.#script(found).runInContext(context, { timeout: LONGEST_MS });
    return JSON.parse(String(made)) as FunctionRequest | FunctionResponse;
  }

  #script({ name, code }: EdgeFunction): Script {
    const script = this.#scripts.get(name) ?? compile(code);
    this.#scripts.set(name, script);
    return script;
  }

  #put(one: EdgeFunction): string {
    if (Buffer.byteLength(one.code) > LONGEST_CODE) {
      throw new AwsFault("FunctionSizeLimitExceeded", "The function is too large.", 413);
    }
    this.#scripts.set(one.name, compile(one.code));
    this.#functions = [...this.#functions.filter(({ name }) => name !== one.name), one];
    this.#save();
    return this.#arnOf(one.name);
  }

  #arnOf(name: string): string {
    return `arn:aws:cloudfront::${this.#accountId}:function/${name}`;
  }

  #save(): void {
    writeJson(this.#path, this.#functions);
  }
}

const NO_CODE = { strings: false, wasm: false };

function compile(code: string): Script {
  try {
    return new Script(`${code}\n;JSON.stringify(handler(JSON.parse(given)))`);
  } catch (error) {
    throw new AwsFault("InvalidArgument", `The function has an error: ${(error as Error).message}`);
  }
}
