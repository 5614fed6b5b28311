/**
 * The process that stands in for one Lambda environment: loads the handler, then answers one request
 * after the other. It talks with its parent over the IPC channel (`messages.ts`), prints log lines to
 * stdout, and imports nothing else of the project, because it runs beside a user's code.
 */

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { format } from "node:util";
import {
  END_MARK,
  type FromEnvironment,
  type InvokeError,
  type ToEnvironment,
} from "./messages.ts";

type Handler = (event: unknown, context: Record<string, unknown>) => unknown;

const { env, stdout, stderr } = process;
let requestId = "";

/** An error with a name of the Lambda runtime, such as `Runtime.ImportModuleError`. */
class RuntimeError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html */
function log(level: string, ...values: unknown[]): void {
  if (env.AWS_LAMBDA_LOG_FORMAT === "JSON") {
    const timestamp = new Date().toISOString();
    stdout.write(
      `${JSON.stringify({ timestamp, level, requestId, message: format(...values) })}\n`,
    );
    return;
  }
  const message = format(...values).replaceAll("\n", "\r");
  stdout.write(`${new Date().toISOString()}\t${requestId || "undefined"}\t${level}\t${message}\n`);
}

console.log = (...values) => log("INFO", ...values);
console.info = (...values) => log("INFO", ...values);
console.debug = (...values) => log("DEBUG", ...values);
console.trace = (...values) => log("TRACE", ...values);
console.warn = (...values) => log("WARN", ...values);
console.error = (...values) => log("ERROR", ...values);

function tell(message: FromEnvironment): void {
  process.send?.(message);
}

function describe(error: unknown): InvokeError {
  if (!(error instanceof Error)) {
    const errorMessage = typeof error === "string" ? error : JSON.stringify(error);
    return { errorType: typeof error, errorMessage, trace: [] };
  }
  return {
    errorType: error.name,
    errorMessage: error.message,
    trace: (error.stack ?? "").split("\n"),
  };
}

/** Tells the parent, which ends this process. */
function crash(error: unknown, title: string): void {
  log("ERROR", `${title} \t${JSON.stringify(describe(error))}`);
  tell({ type: "crash", error: describe(error) });
}

/** `folder/module.export` as Lambda looks for it: `.js`, `.mjs`, `.cjs` in the task root. */
async function loadHandler(): Promise<Handler> {
  const root = resolve(env.LAMBDA_TASK_ROOT ?? ".");
  const handler = env._HANDLER ?? "";
  const match = /^([^.]+)\.(.+)$/.exec(basename(handler));
  if (match === null) {
    throw new RuntimeError("Runtime.MalformedHandlerName", `Bad handler ${handler}`);
  }
  const [, module = "", exported = ""] = match;
  const stem = join(root, dirname(handler), module);
  const file = [".js", ".mjs", ".cjs"]
    .map((suffix) => stem + suffix)
    .find((path) => existsSync(path));
  if (file === undefined) {
    throw new RuntimeError("Runtime.ImportModuleError", `Error: Cannot find module '${module}'`);
  }
  const loaded = await load(file);
  const found = exported.split(".").reduce<unknown>((at, key) => Object(at)[key], loaded);
  if (typeof found !== "function") {
    throw new RuntimeError("Runtime.HandlerNotFound", `${handler} is undefined or not exported`);
  }
  if (found.length > 2) {
    throw new RuntimeError(
      "Runtime.CallbackHandlerDeprecated",
      "AWS Lambda has removed support for callback-based function handlers starting with Node.js 24.",
    );
  }
  return found as Handler;
}

async function load(file: string): Promise<unknown> {
  try {
    if (file.endsWith(".mjs")) return await import(pathToFileURL(file).href);
    const loaded: unknown = createRequire(file)(file);
    return loaded;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (code.endsWith("MODULE_NOT_FOUND")) {
      throw new RuntimeError("Runtime.ImportModuleError", `Error: ${(error as Error).message}`);
    }
    if (error instanceof SyntaxError) {
      throw new RuntimeError("Runtime.UserCodeSyntaxError", `SyntaxError: ${error.message}`);
    }
    throw error;
  }
}

const RealDate = Date;
let clockOffsetMs = 0;

/** From now on, this thread's clock is off by so much. */
function setClock(offsetMs: number): void {
  clockOffsetMs = offsetMs;
  if (offsetMs === 0 || globalThis.Date !== RealDate) return;
  globalThis.Date = class extends RealDate {
    constructor(...given: unknown[]) {
      super(...((given.length === 0 ? [RealDate.now() + clockOffsetMs] : given) as [number]));
    }

    static override now(): number {
      return RealDate.now() + clockOffsetMs;
    }
  } as DateConstructor;
}

async function answer(handler: Handler, request: ToEnvironment): Promise<void> {
  setClock(request.clockOffsetMs);
  requestId = request.requestId;
  env._X_AMZN_TRACE_ID = request.traceId;
  const context = {
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: request.functionArn,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    awsRequestId: request.requestId,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => Math.max(0, request.deadline - RealDate.now()),
  };
  let outcome: FromEnvironment;
  try {
    const result = await handler(JSON.parse(request.event), context);
    outcome = { type: "result", body: JSON.stringify(result) ?? "null", ...usage() };
  } catch (error) {
    log("ERROR", `Invoke Error \t${JSON.stringify(describe(error))}`);
    outcome = { type: "error", error: describe(error), ...usage() };
  }
  // Everything printed so far belongs to this request: the marks let the parent wait for it.
  stdout.write(`${END_MARK}${request.requestId}\n`);
  stderr.write(`${END_MARK}${request.requestId}\n`);
  tell(outcome);
}

/** Megabytes. What getrusage(2) says begins with what the parent had when it made this process. */
function usage(): { memory: number } {
  const status = existsSync("/proc/self/status") ? readFileSync("/proc/self/status", "utf8") : "";
  const kilobytes = /VmHWM:\s*(\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  return { memory: Math.ceil(Number(kilobytes) / 1024) };
}

process.on("uncaughtException", (error) => crash(error, "Uncaught Exception"));
process.on("unhandledRejection", (reason) => {
  const text = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
  crash(new RuntimeError("Runtime.UnhandledPromiseRejection", text), "Unhandled Promise Rejection");
});
// The parent is gone, however it ended; nobody will ask for anything any more.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));

loadHandler().then(
  (handler) => {
    process.on("message", (request: ToEnvironment) => void answer(handler, request));
    tell({ type: "ready" });
  },
  (error) => crash(error, "Uncaught Exception"),
);
