import { Connection, type ConnectionOptions } from "../../core/sqlite/connection.ts";
import { MEMORY_NAME, type SiteDatabase } from "../site.ts";
import type { Visitor } from "../visitor.ts";
import type { Connections } from "./connections.ts";

/** SQLite attaches ten databases to a connection unless it was compiled otherwise. */
export const MAX_ATTACHED = 10;

/**
 * Datasette's `_memory`: an empty database for calculations, and with `--crossdb` the one to which
 * the first ten databases are attached that visitors may query. `guardFile` is that of
 * ConnectionOptions; `viewsOver` says which views there are over those that are attached.
 */
export function memoryDatabase(
  attached: readonly SiteDatabase[],
  connections: Connections,
  visitor: Visitor,
  options: Pick<ConnectionOptions, "guardFile" | "reads" | "longestMs" | "stuckMs"> = {},
  viewsOver: (attached: ReadonlySet<string>) => ConnectionOptions["views"] = () => [],
): SiteDatabase {
  const open = async () => {
    const attach: { name: string; path: string }[] = [];
    const queried = attached.filter(({ name }) => visitor.mayExecuteSql(name));
    for (const { name, attachable } of queried.slice(0, MAX_ATTACHED)) {
      const path = await attachable();
      if (path !== null) attach.push({ name, path });
    }
    return new Connection(":memory:", {
      attach,
      views: viewsOver(new Set(attach.map(({ name }) => name))),
      ...options,
      rules: visitor.tableRules(MEMORY_NAME),
    });
  };
  return {
    name: MEMORY_NAME,
    isMutable: false,
    size: 0,
    sha256: null,
    inspection: null,
    connect: () => connections.get(MEMORY_NAME, open),
    attachable: async () => null,
    fileName: MEMORY_NAME,
    bytes: async () => null,
  };
}
