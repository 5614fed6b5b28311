/**
 * AWS services that speak JSON with an `X-Amz-Target` (SQS, SSM, Glue), for functions: one signed POST a call,
 * where the SDK would be a hundred times the code.
 */
import { HttpExchange } from "./http-exchange.ts";
import { retry, S3_RETRIES } from "./retry.ts";
import { type Environment, signingScope } from "./signing-scope.ts";
import { signRequest } from "./sigv4.ts";

/** Longest time of one call, retries included. */
const DEADLINE_MS = 15_000;

interface Service {
  /** In host names and signatures. */
  name: string;
  /** Before the operation's name. */
  target: string;
  contentType: string;
}

export const SQS: Service = {
  name: "sqs",
  target: "AmazonSQS",
  contentType: "application/x-amz-json-1.0",
};
export const SSM: Service = {
  name: "ssm",
  target: "AmazonSSM",
  contentType: "application/x-amz-json-1.1",
};

export const GLUE: Service = {
  name: "glue",
  target: "AWSGlue",
  contentType: "application/x-amz-json-1.1",
};

/** The service answered, with an error. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly status: number;
  /** Such as "ParameterNotFound". */
  readonly code: string;

  constructor(operation: string, status: number, code: string, message: string) {
    super(`${operation} was answered with ${status} ${code}${message && `: ${message}`}`);
    this.status = status;
    this.code = code;
  }
}

export class JsonService {
  readonly #service: Service;
  readonly #environment: Environment;
  readonly #http = new HttpExchange();

  constructor(service: Service, environment: Environment = process.env) {
    this.#service = service;
    this.#environment = environment;
  }

  /** Retried while what went wrong may pass. Throws a ServiceError or a network error. */
  async call(operation: string, input: object): Promise<Record<string, unknown>> {
    const { target, contentType } = this.#service;
    const body = JSON.stringify(input);
    const headers = { "content-type": contentType, "x-amz-target": `${target}.${operation}` };
    const signal = AbortSignal.timeout(DEADLINE_MS);
    return retry(S3_RETRIES, signal, isTransient, async () => {
      const scope = { ...signingScope(this.#environment), service: this.#service.name };
      const url = this.#url(scope.region);
      const signed = signRequest(scope, "POST", url, headers, body);
      signed["content-length"] = String(Buffer.byteLength(body));
      const request = { method: "POST", url, headers: signed, body: Buffer.from(body), signal };
      const answer = await this.#http.send(request);
      const output = parse(answer.body);
      if (answer.status < 300) return output;
      const code =
        String(output.__type ?? "")
          .split("#")
          .at(-1) ?? "";
      throw new ServiceError(operation, answer.status, code, String(output.message ?? ""));
    });
  }

  #url(region: string): URL {
    const { name } = this.#service;
    const own = this.#environment[`AWS_ENDPOINT_URL_${name.toUpperCase()}`];
    const endpoint = own || this.#environment.AWS_ENDPOINT_URL;
    const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    return new URL(endpoint || `https://${name}.${region}.${suffix}/`);
  }
}

function parse(body: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(body.toString() || "{}") as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** Everything that is not an answer of the service is a broken connection. */
function isTransient(error: unknown): boolean {
  if (!(error instanceof ServiceError)) return true;
  return error.status >= 500 || error.status === 429 || /Thrott|TooMany/.test(error.code);
}
