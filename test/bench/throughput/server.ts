/**
 * One of the two servers, in a process of its own: `node server.ts app|bare DATABASE`. Tells its
 * parent its port, and on each message what CPU time it has used (microseconds).
 */
import { createReadStream } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { basename } from "node:path";
import Database from "better-sqlite3";
import { buildSiteConfig } from "../../../runtime/core/config/site-config.ts";
import { Connection } from "../../../runtime/core/sqlite/connection.ts";
import { inspectDatabase } from "../../../runtime/core/sqlite/inspect.ts";
import { createApp } from "../../../runtime/site/pipeline/app.ts";
import { sendAnswer, siteRequest } from "../../../runtime/site/pipeline/node-listener.ts";
import type { Site } from "../../../runtime/site/site.ts";
import { Visitor } from "../../../runtime/site/visitor.ts";
import { guardFile } from "../../../src/paths.ts";
import { CASES } from "./cases.ts";

const [kind, file = ""] = process.argv.slice(2);
const server = kind === "app" ? appServer() : bareServer();
server.listen(0, "127.0.0.1", () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on("SIGINT", () => process.exit());
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: user + system });
});

/** The app as it serves a published database. */
function appServer(): Server {
  const connection = new Connection(file, { immutable: true, guardFile: guardFile() });
  const config = buildSiteConfig({
    config: {},
    metadata: {},
    settings: {},
    flags: { cors: false, crossdb: false, defaultDeny: false },
  });
  const site: Site = {
    name: "bench",
    version: 1,
    publishedAt: new Date().toISOString(),
    storage: "embed",
    config,
    visitor: new Visitor(config),
    databases: [
      {
        name: "northwind",
        isMutable: false,
        size: 1,
        sha256: "0".repeat(64),
        inspection: inspectDatabase(connection),
        connect: async () => connection,
        attachable: async () => file,
        fileName: basename(file),
        bytes: async () => createReadStream(file),
      },
    ],
  };
  const app = createApp({ current: async () => site });
  return createServer(async (request, response) => {
    await sendAnswer(await app(siteRequest(request)), response);
  });
}

/** `node:http`, better-sqlite3 and `JSON.stringify`, as simple as can be. */
function bareServer(): Server {
  const database = new Database(file, { readonly: true });
  const answers = new Map(
    CASES.flatMap(({ path, bareSql, bareParameters = {} }) => {
      if (bareSql === null) return [];
      const statement = database.prepare<[object], Record<string, unknown>>(bareSql);
      const rows = () => statement.all(bareParameters);
      return [[path, path.includes(".csv") ? () => csv(rows()) : () => json(rows())]];
    }),
  );
  return createServer((request, response: ServerResponse) => {
    const answer = answers.get(request.url ?? "");
    if (answer === undefined) return response.writeHead(404).end();
    const { body, type } = answer();
    response.writeHead(200, { "content-type": type, "content-length": Buffer.byteLength(body) });
    response.end(body);
  });
}

function json(rows: unknown[]): { body: string; type: string } {
  const body = JSON.stringify({
    ok: true,
    next: null,
    next_url: null,
    rows: rows.slice(0, 100),
    truncated: false,
  });
  return { body, type: "application/json; charset=utf-8" };
}

function csv(rows: Record<string, unknown>[]): { body: string; type: string } {
  const lines = rows.map((row) => Object.values(row).join(","));
  return { body: lines.join("\r\n"), type: "text/plain; charset=utf-8" };
}
