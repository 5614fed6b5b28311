/** `dsl watch NAME databases…`: a site that follows databases which programs write to. */
import { DslError } from "../../runtime/core/dsl-error.ts";
import { MANIFEST_KEY } from "../../runtime/core/format/manifest.ts";
import type { Retention } from "../../runtime/core/format/retention.ts";
import { formatDuration } from "../../runtime/core/quantities.ts";
import { SOFTWARE } from "../../runtime/core/software.ts";
import { requireReplica } from "../../runtime/load/litestream/replica-reader.ts";
import { BucketStore } from "../aws/bucket-store.ts";
import type { AwsClients } from "../aws/clients.ts";
import { callerArn } from "../deploy/caller.ts";
import { openReplica } from "../litestream/open-replica.ts";
import { isReplica } from "../litestream/replica-place.ts";
import { followedReplicas } from "../plan/follow-parameters.ts";
import type { TypedDatabases } from "../project-file/project-databases.ts";
import { type DeployedSite, openSite, requireUrl } from "../sites/open-site.ts";
import type { Reporter } from "../terminal/reporter.ts";
import { createWorkFolder } from "../work-folder.ts";
import { AwsClock } from "./aws-clock.ts";
import { stopSignal, withStatus } from "./keep-status.ts";
import { LiveSource } from "./live-source.ts";
import { type MetricsAddress, serveMetrics } from "./metrics-server.ts";
import { FollowedPublisher } from "./publish-followed.ts";
import { ReplicaSource } from "./replica-source.ts";
import { runningWatches } from "./status-file.ts";
import { Watch } from "./watch.ts";
import { findDatabases, watchedFiles } from "./watched-files.ts";

/** Each look for new files of a replica is a request to S3. */
const SHORTEST_POLL_MS = 500;

export interface WatchRequest {
  site: string;
  databases: TypedDatabases;
  intervalMs: number;
  metrics: MetricsAddress | null;
  /** Which versions are kept from now on; null: as the site has it. */
  keep: Retention | null;
}

/**
 * Follows until the process is told to stop; then publishes what is left. `connect` makes clients with the
 * credentials that are valid now. Throws a DslError for what trying again cannot put right.
 */
export async function watchSite(
  connect: () => Promise<AwsClients>,
  { site: name, databases, intervalMs, metrics, keep }: WatchRequest,
  reporter: Reporter,
): Promise<void> {
  const files = await watchedFiles(
    databases,
    "dsl watch with the name of the site, and files, directories or Litestream replicas",
  );
  await refuseSecond(
    name,
    files.named.map((database) => database.name),
  );
  let clients = await connect();
  const site = await openSite(clients, name).catch((error) => {
    throw isNoSite(error) ? notYet(name, error) : error;
  });
  const url = requireUrl(site);
  requireBucketStorage(site);
  requireNoFunction(
    site,
    files.named.map((database) => database.name),
  );
  const replicas = files.named.filter(({ path }) => isReplica(path));
  for (const { path } of replicas) {
    await requireReplica(await openReplica(path, async () => clients));
  }
  const bucket = site.store.name;
  const clashes = new Set<string>();
  const clock = new AwsClock(reporter);
  const watch = new Watch(
    {
      target: { site: name },
      name,
      intervalMs,
      publisher: new FollowedPublisher(
        SOFTWARE,
        { who: await callerArn(clients), what: "watch" },
        keep,
        () => clock.now(),
      ),
      store: async (isNew) => {
        if (isNew) clients = await connect();
        const client = await clients.s3();
        const store = new BucketStore(client, bucket);
        // Not HEAD: its answer would not say what is wrong.
        if (isNew || clock.isUnknown) await store.getRange(MANIFEST_KEY, 0, 1);
        clock.follow(client);
        return store;
      },
      files: (known) =>
        findDatabases(files, known, (path, other) => {
          if (clashes.has(path)) return;
          clashes.add(path);
          const taken = `${path} is not followed: ${other.path} is served as ${other.name}`;
          reporter.warn(`${taken}. To follow both, name one with --alias`);
        }),
      sourceOf: (path) =>
        isReplica(path)
          ? new ReplicaSource(
              path,
              () => openReplica(path, connect),
              Math.max(intervalMs, SHORTEST_POLL_MS),
              (sentence) => reporter.warn(sentence),
            )
          : new LiveSource(path),
      workFolder: await createWorkFolder(),
    },
    reporter,
  );
  const stop = stopSignal();
  const statuses = () => [watch.status];
  const server =
    metrics === null ? null : await serveMetrics(metrics, statuses, ([status]) => status);
  const every = formatDuration(intervalMs);
  reporter.result(
    [
      `${url} follows ${files.named.length + files.directories.length === 1 ? "it" : "them"}, at most every ${every}, until Ctrl-C`,
      ...(server === null ? [] : [`Metrics at ${server.url}`]),
    ],
    { site: name, url, metrics: server?.url ?? null },
  );
  await watch.findFiles();
  try {
    await withStatus(statuses, reporter, () => watch.run(stop));
    const { version, versions } = watch.status;
    reporter.info(
      version === null
        ? "Stopped; nothing was published"
        : `Stopped at version ${version}, after ${versions} that this run has published`,
    );
  } finally {
    server?.close();
  }
}

/** `dsl watch NAME --status`: what the watches of this site on this machine are doing. Throws DslError. */
export async function showWatches(site: string, reporter: Reporter): Promise<void> {
  const watches = await watchesOf(site);
  if (watches.length === 0) {
    throw new DslError(
      "not_watching",
      `No dsl watch ${site} of this user is running on this machine`,
      `dsl watch ${site} with its databases`,
    );
  }
  reporter.result(JSON.stringify(watches, null, 2).split("\n"), { watches });
}

async function refuseSecond(site: string, names: readonly string[]): Promise<void> {
  for (const { pid, databases } of await watchesOf(site)) {
    const both = databases.find(({ name }) => names.includes(name));
    if (both === undefined) continue;
    throw new DslError(
      "followed_already",
      `${both.name} is followed already, by process ${pid} on this machine (${both.path})`,
      `dsl watch ${site} --status shows what it does; end it first`,
      { exitCode: 3 },
    );
  }
}

function isNoSite(error: unknown): error is DslError {
  return error instanceof DslError && error.code === "no_stack";
}

/** Following publishes data alone: what the site is otherwise must have been decided. */
function notYet(name: string, cause: DslError): DslError {
  const hint = `dsl update-stack ${name} with the same databases and --storage s3, then this again`;
  return new DslError("no_stack", cause.message, hint, { cause });
}

/** The data of an embedded site is in its function's package, not where the manifest points. */
function requireBucketStorage({ name, stacks }: DeployedSite): void {
  if (stacks.get("service")?.parameters.Storage !== "embed") return;
  throw new DslError(
    "embedded_site",
    `${name} has its databases in the function's package (storage embed), which only an update changes`,
    `dsl update-stack ${name} with its databases and --storage s3, then this again`,
  );
}

/** Two would publish the same, and end each other. */
function requireNoFunction({ name, stacks }: DeployedSite, names: readonly string[]): void {
  const stack = stacks.get("follow");
  const replicas = followedReplicas(stack?.parameters ?? null);
  const both = replicas.find((replica) => names.includes(replica.name));
  if (stack === undefined || both === undefined) return;
  throw new DslError(
    "followed_already",
    `${both.name} is followed by the function of the stack ${stack.name}`,
    `dsl update-stack ${name} with --no-follow-in-lambda takes it away; dsl status ${name} shows how far it is`,
    { exitCode: 3 },
  );
}

async function watchesOf(site: string) {
  return (await runningWatches()).filter((status) => "site" in status && status.site === site);
}
