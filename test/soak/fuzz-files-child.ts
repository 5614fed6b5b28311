/**
 * Serves mutated database files, in a process of its own that may die of it: `node fuzz-files-child.ts
 * FIRST COUNT`. A line before each file (its seed) and one after it (the worst request), so that the parent
 * knows which one killed it.
 */
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSiteConfig } from "../../runtime/core/config/site-config.ts";
import { tildeEncode } from "../../runtime/core/names.ts";
import { Connection } from "../../runtime/core/sqlite/connection.ts";
import { listTables } from "../../runtime/core/sqlite/schema.ts";
import { createApp } from "../../runtime/site/pipeline/app.ts";
import type { Site } from "../../runtime/site/site.ts";
import { Visitor } from "../../runtime/site/visitor.ts";
import { guardFile } from "../../src/paths.ts";
import { CORPUS } from "../conformance/records.ts";
import { fetchPath } from "../runtime/site/fetch-app.ts";
import { mutated } from "./mutate.ts";

/** Milliseconds of one statement. */
export const TIME_LIMIT = 1000;

const ORIGINALS = ["shop", "tricky", "search", "events", "graph", "odd name.v2"].map((name) =>
  readFileSync(`${CORPUS}/databases/${name}.db`),
);

const [first = 0, count = 0] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "dsl-fuzz-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
// What is wrong with a file is logged once a request; here it is what is wanted.
process.stderr.write = () => true;

for (let seed = first; seed < first + count; seed++) {
  say({ seed });
  say({ seed, ...(await serve(seed)) });
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

interface Outcome {
  opened: boolean;
  requests: number;
  /** Answers by their status. */
  statuses: Record<string, number>;
  /** CPU milliseconds of the most expensive request for one statement's rows, and which it was. */
  worst: number;
  worstPath: string;
}

async function serve(seed: number): Promise<Outcome> {
  const outcome: Outcome = { opened: false, requests: 0, statuses: {}, worst: 0, worstPath: "" };
  const file = join(folder, "data.db");
  writeFileSync(file, mutated(ORIGINALS[seed % ORIGINALS.length]!, seed));
  let connection: Connection;
  try {
    connection = new Connection(file, { immutable: true, guardFile: guardFile() });
  } catch {
    return outcome;
  }
  outcome.opened = true;
  try {
    const app = createApp({ current: async () => siteOf(connection, file) });
    for (const path of pathsOf(connection)) {
      const before = process.cpuUsage();
      const { status } = await fetchPath(app, path).then(async (answer) => {
        await answer.arrayBuffer().catch(() => {});
        return answer;
      });
      const { user, system } = process.cpuUsage(before);
      const used = (user + system) / 1000;
      outcome.requests += 1;
      outcome.statuses[status] = (outcome.statuses[status] ?? 0) + 1;
      if (used > outcome.worst) Object.assign(outcome, { worst: used, worstPath: path });
    }
  } finally {
    connection.close();
  }
  return outcome;
}

function siteOf(connection: Connection, file: string): Site {
  const config = buildSiteConfig({
    config: {},
    metadata: {},
    settings: { sql_time_limit_ms: String(TIME_LIMIT) },
    flags: { cors: false, crossdb: false, defaultDeny: false },
  });
  return {
    name: null,
    version: null,
    publishedAt: null,
    storage: "serve",
    config,
    visitor: new Visitor(config),
    databases: [
      {
        name: "data",
        isMutable: false,
        size: 1,
        sha256: "0".repeat(64),
        inspection: null,
        connect: async () => connection,
        attachable: async () => file,
        fileName: "data.db",
        bytes: async () => createReadStream(file),
      },
    ],
  };
}

/** Pages of the database, and of its first tables whatever they are. */
function pathsOf(connection: Connection): string[] {
  const paths = ["/", "/data.json", "/data/-/schema.json", "/-/jump.json?q=a"];
  let names: string[] = [];
  try {
    const { tables, views } = listTables(connection);
    names = [...tables.slice(0, 4), ...views.slice(0, 2)];
  } catch {
    return paths;
  }
  for (const name of names) {
    const table = `/data/${tildeEncode(name)}`;
    const sql = encodeURIComponent(`select * from "${name}" order by 2 limit 20`);
    paths.push(table, `${table}.json?_labels=on&_extra=count`, `${table}.csv?_stream=1`);
    paths.push(`${table}/1.json`, `${table}.json?_search=a`, `/data/-/query.json?sql=${sql}`);
  }
  return paths;
}
