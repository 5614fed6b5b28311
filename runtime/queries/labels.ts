import type { DatabaseConfig } from "../config/config-types.ts";
import { type Connection, SqlError } from "../data/connection.ts";
import { quoteIdentifier } from "../names.ts";
import { pythonJson } from "../python-json.ts";
import { type SqlValue, valueText } from "../values.ts";
import { labelColumnOf } from "./label-column.ts";
import { type ForeignKey, findTable, type TableSchema } from "./schema.ts";

/** Labels of the rows that the values of one foreign key column refer to. */
export class Labels {
  readonly #byValue = new Map<SqlValue, SqlValue>();

  set(value: SqlValue, label: SqlValue): void {
    this.#byValue.set(keyOf(value), label);
  }

  has(value: SqlValue): boolean {
    return value !== null && this.#byValue.has(keyOf(value));
  }

  get(value: SqlValue): SqlValue {
    return this.#byValue.get(keyOf(value)) ?? null;
  }

  get isEmpty(): boolean {
    return this.#byValue.size === 0;
  }
}

/** Equal numbers are equal whether INTEGER or REAL; a number is never equal to a string. */
function keyOf(value: SqlValue): SqlValue {
  if (typeof value === "number" && Number.isInteger(value)) return BigInt(value);
  if (value instanceof Uint8Array) return `blob ${Buffer.from(value).toString("hex")}`;
  return value;
}

export interface LabelSource {
  connection: Connection;
  config: DatabaseConfig;
  /** Whether the reader may see this table; labels of others stay unknown. */
  mayView(table: string): boolean;
  /** Milliseconds. */
  timeLimit: number;
}

/** The label column of a table, with the configured one taken into account. */
export function configuredLabelColumn(source: LabelSource, table: string): string | null {
  const configured = source.config.tables.get(table)?.labelColumn ?? null;
  return labelColumnOf(source.connection, table, configured);
}

/**
 * Labels for values of a foreign key column. Without a label column each value is its own label; a
 * dangling reference, or a table that may not be seen, has none.
 */
export function findLabels(
  source: LabelSource,
  table: TableSchema,
  column: string,
  values: readonly SqlValue[],
): Labels {
  const labels = new Labels();
  const key = table.foreignKeys.find((candidate) => candidate.column === column);
  if (!key || !source.mayView(key.otherTable)) return labels;
  const otherColumn = referencedColumn(source.connection, key);
  if (otherColumn === null) return labels;
  const labelColumn = configuredLabelColumn(source, key.otherTable);
  if (labelColumn === null) {
    for (const value of values) labels.set(value, valueText(value));
    return labels;
  }
  const wanted = [...new Set(values.filter((value) => value !== null))];
  if (wanted.length === 0) return labels;
  const labelled = pythonJson(wanted);
  const sql =
    `select ${quoteIdentifier(otherColumn)}, ${quoteIdentifier(labelColumn)} ` +
    `from ${quoteIdentifier(key.otherTable)} ` +
    `where ${quoteIdentifier(otherColumn)} in (select value from json_each(:labelled))`;
  try {
    const { connection, timeLimit } = source;
    const rows = connection.remember(
      `${sql} ${labelled}`,
      () => connection.query(sql, { labelled }, { timeLimit }).rows,
    );
    for (const [value, label] of rows) labels.set(value ?? null, label ?? null);
  } catch (error) {
    // Labels are an extra: without them the values are shown.
    if (!(error instanceof SqlError)) throw error;
  }
  return labels;
}

/** null when the foreign key names no column and the other table's primary key is not one column. */
function referencedColumn(connection: Connection, key: ForeignKey): string | null {
  if (key.otherColumn !== null) return key.otherColumn;
  const keys = findTable(connection, key.otherTable)?.primaryKeys ?? [];
  return keys.length === 1 ? keys[0]! : null;
}
