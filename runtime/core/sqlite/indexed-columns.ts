import type { Connection } from "./connection.ts";
import type { TableSchema } from "./schema.ts";

/**
 * The columns of a table that rows can be found and sorted by without reading all of it. Indexes of a
 * part of the rows do not count.
 */
export function indexedColumns(
  connection: Connection,
  { name, primaryKeys }: TableSchema,
): ReadonlySet<string> {
  return connection.fact(`indexed columns ${name}`, () => {
    const rows = connection.readSchema(
      `select c.name from pragma_index_list(:name) i, pragma_index_info(i.name) c
       where c.seqno = 0 and i.partial = 0 and c.name is not null`,
      { name },
    );
    return new Set([...primaryKeys.slice(0, 1), ...rows.map(([column]) => String(column))]);
  });
}
