/** Runs the handler in a process of its own, with Lambda's environment variables. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { HttpResult } from "../../../../runtime/lambdas/site/handler.ts";

const ENTRY = fileURLToPath(new URL("function-process.ts", import.meta.url));

export interface LambdaFunction {
  invoke(event: unknown): Promise<HttpResult>;
  get(path: string, options?: { method?: string; headers?: object }): Promise<HttpResult>;
  /** As Lambda does between requests. */
  freeze(): void;
  thaw(): void;
  /** Lines of the log so far. */
  log: string[];
}

export async function startFunction(environment: object): Promise<LambdaFunction> {
  const { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3, ...inherited } = process.env;
  const child = fork(ENTRY, {
    env: { ...inherited, ...environment },
    stdio: ["ignore", "inherit", "pipe", "ipc"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const log: string[] = [];
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    log.push(...text.trimEnd().split("\n"));
  });
  await once(child, "message");
  const invoke = async (event: unknown) => {
    child.send(event as object);
    const [result] = await once(child, "message");
    return result as HttpResult;
  };
  const get = (path: string, { method = "GET", headers = {} } = {}) =>
    invoke(eventFor(path, method, headers));
  const freeze = () => void child.kill("SIGSTOP");
  const thaw = () => void child.kill("SIGCONT");
  return { invoke, get, freeze, thaw, log };
}

function eventFor(path: string, method: string, headers: object): object {
  const [rawPath, rawQueryString = ""] = path.split("?");
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString,
    headers: { host: "abc.execute-api.test", "x-forwarded-proto": "https", ...headers },
    requestContext: { requestId: "request-1", http: { method, path: rawPath } },
    isBase64Encoded: false,
  };
}
