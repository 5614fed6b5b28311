import type { DatabaseConfig } from "../../core/config/config-types.ts";
import { quoteIdentifier } from "../../core/names.ts";
import { pythonJson } from "../../core/python-json.ts";
import type { Connection } from "../../core/sqlite/connection.ts";
import { labelColumnOf } from "../../core/sqlite/label-column.ts";
import { type ForeignKey, findTable, type TableSchema } from "../../core/sqlite/schema.ts";
import { SqlError } from "../../core/sqlite/sql-error.ts";
import { type SqlValue, valueText } from "../../core/sqlite/values.ts";

/** Labels kept for one table that foreign keys refer to; a page may have more. */
const LABELS_KEPT = 2000;

/** Labels of the rows that the values of a foreign key column refer to. */
export class Labels {
  /** undefined for values that were looked for and have no label. */
  readonly #byValue = new Map<SqlValue, SqlValue | undefined>();

  set(value: SqlValue, label: SqlValue | undefined): void {
    this.#byValue.set(keyOf(value), label);
  }

  has(value: SqlValue): boolean {
    return this.find(value) !== undefined;
  }

  get(value: SqlValue): SqlValue {
    return this.find(value) ?? null;
  }

  /** undefined for values without a label; a label may be null. */
  find(value: SqlValue): SqlValue | undefined {
    return value === null ? undefined : this.#byValue.get(keyOf(value));
  }

  wasLookedFor(value: SqlValue): boolean {
    return this.#byValue.has(keyOf(value));
  }

  get size(): number {
    return this.#byValue.size;
  }
}

/** Each value is its own label. */
class OwnLabels extends Labels {
  override find(value: SqlValue): SqlValue | undefined {
    return value === null ? undefined : valueText(value);
  }
}

/** The labels of tables without a label column. */
export const OWN_LABELS: Labels = new OwnLabels();

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
 * Labels for values of a foreign key column, and perhaps for more; null where there are none. Without a
 * label column each value is its own label; a dangling reference, or a table that may not be seen, has
 * none.
 */
export function findLabels(
  source: LabelSource,
  table: TableSchema,
  column: string,
  values: readonly SqlValue[],
): Labels | null {
  const key = table.foreignKeys.find((candidate) => candidate.column === column);
  if (!key || !source.mayView(key.otherTable)) return null;
  const otherColumn = referencedColumn(source.connection, key);
  if (otherColumn === null) return null;
  const labelColumn = configuredLabelColumn(source, key.otherTable);
  if (labelColumn === null) return OWN_LABELS;
  const place = { table: key.otherTable, column: otherColumn, labelColumn };
  // The pages of a table refer to the same rows again and again.
  const kept = source.connection.fact(JSON.stringify(["labels", place]), () => ({
    labels: new Labels(),
  }));
  // Not emptied but replaced: whoever has the old ones goes on with them.
  if (kept.labels.size >= LABELS_KEPT) kept.labels = new Labels();
  const { labels } = kept;
  const missing = new Set<SqlValue>();
  for (const value of values) {
    if (value !== null && !labels.wasLookedFor(value)) missing.add(value);
  }
  if (missing.size > 0) lookFor(source, place, [...missing], labels);
  return labels.size > 0 ? labels : null;
}

/** Adds to `labels` what is found out about `values`. */
function lookFor(
  { connection, timeLimit }: LabelSource,
  { table, column, labelColumn }: { table: string; column: string; labelColumn: string },
  values: readonly SqlValue[],
  labels: Labels,
): void {
  const key = quoteIdentifier(column);
  const rowsOf = `select ${key}, ${quoteIdentifier(labelColumn)} from ${quoteIdentifier(table)} `;
  const sql = `${rowsOf}where ${key} in (select value from json_each(:labelled))`;
  const parts = () =>
    values.map((value) => ({ sql: `${rowsOf}where ${key} = :value`, parameters: { value } }));
  try {
    const { rows } = connection.query(sql, { labelled: pythonJson(values) }, { timeLimit, parts });
    for (const value of values) labels.set(value, undefined);
    for (const [value, label] of rows) labels.set(value ?? null, label ?? null);
  } catch (error) {
    // Labels are an extra: without them the values are shown.
    if (!(error instanceof SqlError)) throw error;
  }
}

/** null when the foreign key names no column and the other table's primary key is not one column. */
function referencedColumn(connection: Connection, key: ForeignKey): string | null {
  if (key.otherColumn !== null) return key.otherColumn;
  const keys = findTable(connection, key.otherTable)?.primaryKeys ?? [];
  return keys.length === 1 ? keys[0]! : null;
}
