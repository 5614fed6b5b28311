export type Affinity = "TEXT" | "INTEGER" | "REAL" | "BLOB" | "NUMERIC";

/** The affinity of a declared type: https://www.sqlite.org/datatype3.html#determination_of_column_affinity */
export function affinityOf(declaredType: string): Affinity {
  const type = declaredType.trim().toUpperCase();
  if (type === "") return "BLOB";
  if (type.includes("INT")) return "INTEGER";
  if (/CHAR|CLOB|TEXT/.test(type)) return "TEXT";
  if (type.includes("BLOB")) return "BLOB";
  return /REAL|FLOA|DOUB/.test(type) ? "REAL" : "NUMERIC";
}
