import { compareText } from "../../../core/compare-text.ts";
import type { DatabaseConfig } from "../../../core/config/config-types.ts";
import type { TableSummary } from "./database-page-type.ts";

/** Hidden tables come last; those that a configured order does not name come behind those it does. */
export function inOrder(
  order: DatabaseConfig["tableOrder"],
): (a: TableSummary, b: TableSummary) => number {
  const place = ({ name, count }: TableSummary): number => {
    if (order === "name") return 0;
    if (order === "rows") return -(count ?? 0);
    const at = order.indexOf(name);
    return at < 0 ? order.length : at;
  };
  return (a, b) =>
    Number(a.hidden) - Number(b.hidden) || place(a) - place(b) || compareText(a.name, b.name);
}
