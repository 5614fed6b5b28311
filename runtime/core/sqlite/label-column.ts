import { affinityOf } from "./affinity.ts";
import type { Connection } from "./connection.ts";
import { getTable } from "./schema.ts";

/**
 * The column whose value stands for a row: the configured one, else the only unique text column, else
 * `name` or `title`, else the other column beside `id` or `pk`.
 * https://docs.datasette.io/en/latest/metadata.html#specifying-the-label-column-for-a-table
 */
export function labelColumnOf(
  connection: Connection,
  table: string,
  configured: string | null,
): string | null {
  return (
    configured ?? connection.fact(`label ${table}`, () => detectLabelColumn(connection, table))
  );
}

/**
 * The column that names a row to a reader. That for labels, but not a part of the key, which is said
 * anyway, where there is a `name` or a `title`.
 */
export function titleColumnOf(
  connection: Connection,
  table: string,
  configured: string | null,
): string | null {
  const label = labelColumnOf(connection, table, configured);
  if (configured !== null) return label;
  const { columns, primaryKeys } = getTable(connection, table);
  if (label !== null && !primaryKeys.includes(label)) return label;
  return columns.find(({ name }) => NAME_OR_TITLE.test(name))?.name ?? label;
}

const NAME_OR_TITLE = /^(name|title)$/i;

function detectLabelColumn(connection: Connection, table: string): string | null {
  const columns = getTable(connection, table).columns.filter((column) => column.hidden === 0);
  const unique = uniqueColumns(connection, table);
  const uniqueText = columns.filter(
    ({ name, type }) => unique.has(name) && affinityOf(type) === "TEXT",
  );
  if (uniqueText.length === 1) return uniqueText[0]!.name;
  const named = columns.find(({ name }) => NAME_OR_TITLE.test(name));
  if (named) return named.name;
  if (columns.length === 2) {
    const others = columns.filter(({ name }) => name !== "id" && name !== "pk");
    if (others.length === 1) return others[0]!.name;
  }
  return null;
}

/** Columns that have a unique index of their own. */
function uniqueColumns(connection: Connection, table: string): Set<string> {
  const rows = connection.readSchema(
    `select min(c.name) from pragma_index_list(:table) i, pragma_index_info(i.name) c
     where i."unique" group by i.name having count(*) = 1`,
    { table },
  );
  return new Set(rows.map(([name]) => String(name)));
}
