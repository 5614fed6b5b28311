import { formatDialect, sqlite } from "sql-formatter";

/** Lays out SQL; what cannot be parsed is returned as it is. */
export function formatSql(text: string): string {
  try {
    return formatDialect(text, {
      dialect: sqlite,
      keywordCase: "preserve",
      paramTypes: { named: [":", "@", "$"] },
    });
  } catch {
    return text;
  }
}
