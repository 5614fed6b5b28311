/** Runs functions: picks or starts an environment, has it answer, keeps the log. */
import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { localLambdaEntry } from "../../paths.ts";
import type { FaultRule } from "../common/faults.ts";
import { AwsFault } from "../common/service.ts";
import type { LocalContext } from "../context/context.ts";
import { type Role, type Roles, roleAllows } from "../iam/roles.ts";
import { type Answer, answerFor, failure, reportLine, reportRecord } from "./answers.ts";
import type { CodeStore } from "./code.ts";
import { Environment, type Outcome } from "./environment.ts";
import type { Functions, LambdaFunction } from "./functions.ts";
import { INIT_SECONDS, REQUEST_LIMIT } from "./limits.ts";
import { LogStream } from "./log-stream.ts";
import { Pool } from "./pool.ts";
import { bytesIn } from "./temporary-folder.ts";
import { environmentVariables } from "./variables.ts";

const MEGABYTE = 1024 * 1024;
/** How far into a request an injected `kill` strikes. */
const KILL_AFTER_MILLISECONDS = 10;

export interface Invocation {
  requestId: string;
  /** JSON: what the handler returned, or the error. */
  body: string;
  functionError?: "Unhandled";
  /** The last 4 KB of the request's log. */
  logTail: string;
}

export class Invoker {
  readonly #context: LocalContext;
  readonly #functions: Functions;
  readonly #codes: CodeStore;
  readonly #roles: Roles;
  readonly #folder: string;
  /** By ARN of the function. */
  readonly #pools = new Map<string, Pool>();

  /** Removes what environments of an earlier, perhaps killed, server left behind. */
  constructor(context: LocalContext, functions: Functions, codes: CodeStore, roles: Roles) {
    this.#context = context;
    this.#functions = functions;
    this.#codes = codes;
    this.#roles = roles;
    this.#folder = join(context.home, "lambda", "environments");
    rmSync(this.#folder, { recursive: true, force: true });
    functions.onChange((arn) => void this.#pools.get(arn)?.retire());
  }

  /** `event` is JSON. Throws TooManyRequestsException or RequestTooLargeException. */
  async invoke(target: LambdaFunction, event: string): Promise<Invocation> {
    if (Buffer.byteLength(event) > REQUEST_LIMIT) {
      throw new AwsFault(
        "RequestTooLargeException",
        `Request must be smaller than ${REQUEST_LIMIT} bytes for the InvokeFunction operation`,
        413,
      );
    }
    const requestId = randomUUID();
    const pool = this.#pool(target.arn);
    const free = pool.take(target.revisionId);
    const environment =
      free ??
      pool.start(
        (abandonedFolder) => this.#create(target, abandonedFolder),
        target.reservedConcurrency,
      );
    environment.log.startTail();
    try {
      const answer =
        free === undefined
          ? await this.#coldStart(environment, target, requestId, event)
          : await this.#answer(environment, target, requestId, event, undefined);
      return { ...answer, requestId, logTail: environment.log.tail() };
    } finally {
      await pool.release(environment, this.#functions.find(target.arn)?.revisionId);
    }
  }

  /** Ends every environment, busy or not. */
  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()));
  }

  async #coldStart(
    environment: Environment,
    target: LambdaFunction,
    requestId: string,
    event: string,
  ): Promise<Answer> {
    const started = performance.now();
    const problem = await environment.load(1000 * INIT_SECONDS);
    const initDuration = performance.now() - started;
    if (problem === undefined) {
      return this.#answer(environment, target, requestId, event, initDuration);
    }
    const status = problem.type === "timeout" ? "timeout" : "error";
    environment.log.platform(
      "platform.initReport",
      { phase: "init", status, metrics: { durationMs: initDuration } },
      `INIT_REPORT Init Duration: ${initDuration.toFixed(2)} ms\tPhase: init\tStatus: ${status}`,
    );
    const answer = answerFor(problem, requestId, INIT_SECONDS);
    if (answer.logLine !== undefined) environment.log.write(answer.logLine);
    return answer;
  }

  async #answer(
    environment: Environment,
    target: LambdaFunction,
    requestId: string,
    event: string,
    initDuration: number | undefined,
  ): Promise<Answer> {
    const { log } = environment;
    log.platform(
      "platform.start",
      { requestId, version: "$LATEST" },
      `START RequestId: ${requestId} Version: $LATEST`,
    );
    const started = performance.now();
    const outcome = await this.#run(environment, target, requestId, event);
    const duration = performance.now() - started;
    const answer =
      (await this.#overfull(environment, target, outcome)) ??
      answerFor(outcome, requestId, target.timeout);
    if (answer.logLine !== undefined) log.write(answer.logLine);
    if (target.logFormat !== "JSON") log.write(`END RequestId: ${requestId}`);
    const report = {
      requestId,
      duration,
      initDuration,
      memorySize: target.memorySize,
      memoryUsed: "memory" in outcome ? outcome.memory : target.memorySize,
    };
    log.platform("platform.report", reportRecord(report), reportLine(report));
    return answer;
  }

  async #run(
    environment: Environment,
    target: LambdaFunction,
    requestId: string,
    event: string,
  ): Promise<Outcome> {
    const fault = this.#fault(target);
    const running = environment.invoke({
      requestId,
      event,
      functionArn: target.arn,
      traceId: traceId(),
      deadline: Date.now() + 1000 * target.timeout,
      clockOffsetMs: this.#context.faults.clockOffsetMs,
    });
    if (fault === undefined) return running;
    if (fault.kind === "slow") {
      await sleep(fault.ms);
      return running;
    }
    if (fault.kind === "lost") await running;
    else await sleep(KILL_AFTER_MILLISECONDS);
    await environment.kill();
    await running;
    return { type: "exit", description: "signal: killed" };
  }

  /**
   * What a fault rule for the operation `Execute` does to a request that an environment has: `slow`
   * withholds the answer, `lost` kills the environment instead of answering, all else in the middle.
   */
  #fault({ name }: LambdaFunction): FaultRule | undefined {
    const fault = this.#context.faults.decide("lambda", "Execute", name);
    // A rule for any operation is about requests to the service.
    return fault?.operation === undefined ? undefined : fault;
  }

  /** Lambda's /tmp has a size; here a request that filled more than that fails afterwards. */
  async #overfull(
    environment: Environment,
    target: LambdaFunction,
    outcome: Outcome,
  ): Promise<Answer | undefined> {
    if (outcome.type !== "result") return undefined;
    const used = await bytesIn(join(environment.folder, "tmp"));
    if (used <= target.ephemeralStorage * MEGABYTE) return undefined;
    await environment.end();
    const message = `ENOSPC: no space left on device: ${used} bytes in the temporary folder, EphemeralStorage is ${target.ephemeralStorage} MB`;
    return { ...failure("Error", message), logLine: message };
  }

  #pool(arn: string): Pool {
    const pool = this.#pools.get(arn) ?? new Pool();
    this.#pools.set(arn, pool);
    return pool;
  }

  /** What an environment that died left in its temporary folder is still there for the next one. */
  #create(target: LambdaFunction, abandonedFolder: string | undefined): Environment {
    const folder = abandonedFolder ?? join(this.#folder, randomUUID());
    const temporaryFolder = join(folder, "tmp");
    mkdirSync(temporaryFolder, { recursive: true });
    const role = this.#roles.assumableByLambda(target.roleArn);
    const log = this.#logStream(target, role);
    const runtimeVersion = `${target.runtime.replace(".x", "")}.local`;
    log.platform(
      "platform.initStart",
      { phase: "init", runtimeVersion },
      `INIT_START Runtime Version: ${runtimeVersion}`,
    );
    const variables = environmentVariables(target, {
      logStream: log.name,
      taskRoot: this.#codes.folder(target.code.sha256),
      layerFolders: target.layers.map(({ code }) => this.#codes.folder(code.sha256)),
      temporaryFolder,
      endpoint: this.#context.endpoint(),
      credentials: role.credentials,
    });
    const { memorySize, revisionId } = target;
    return new Environment({
      entry: runtimeEntry(),
      folder,
      memorySize,
      variables,
      revisionId,
      log,
    });
  }

  /** A function whose role may not write its log runs all the same, but nobody reads what it says. */
  #logStream({ region, logGroup, logFormat }: LambdaFunction, role: Role): LogStream {
    const { logs, accountId } = this.#context;
    const arn = `arn:aws:logs:${region}:${accountId}:log-group:${logGroup}:log-stream:any`;
    const mayWrite = ["logs:CreateLogStream", "logs:PutLogEvents"].every((action) =>
      roleAllows(role, action, arn),
    );
    return new LogStream(logFormat === "JSON", (stream, events) => {
      if (mayWrite) logs.append(region, logGroup, stream, events);
    });
  }
}

/** The built program, or its source when the local AWS itself runs from sources. */
function runtimeEntry(): string {
  const source = fileURLToPath(new URL("./runtime-entry.ts", import.meta.url));
  return existsSync(source) ? source : localLambdaEntry;
}

/** https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader */
function traceId(): string {
  const time = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${time}-${randomBytes(12).toString("hex")};Sampled=0`;
}
