/** Names of tables and columns, as files give them: kept as they are, made unique, never empty. */

/**
 * A table's name from that of its file: without folders and without the endings that say what it is.
 * "data/Sales 2024.csv.gz" → "Sales 2024".
 */
export function tableName(file: string): string {
  const base = file.split(/[/\\]/).at(-1) ?? file;
  const stem = base.replace(
    /\.(gz|gzip|zst|zstd)$|(\.(csv|tsv|tab|psv|txt|json|ndjson|jsonl|geojson|xlsx|xlsm|ods|parquet|pq|db|sqlite3?|zip))?(\.(gz|gzip|zst|zstd))?$/i,
    "",
  );
  return cleaned(stem) || "data";
}

/** As SQLite compares names: ASCII letters regardless of case. */
export function nameKey(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/**
 * The names under which columns are stored: the second "name" becomes "name_2", an empty one
 * "column_3" by its place.
 */
export function uniqueNames(names: readonly string[]): string[] {
  const given = new Set(names.map((name) => nameKey(cleaned(name))));
  const taken = new Set<string>();
  return names.map((raw, i) => {
    const name = cleaned(raw);
    const base = name.trim() === "" ? `column_${i + 1}` : name;
    let unique = base;
    const isFree = (candidate: string) =>
      !taken.has(nameKey(candidate)) && (candidate === name || !given.has(nameKey(candidate)));
    for (let n = 2; !isFree(unique); n++) unique = `${base}_${n}`;
    taken.add(nameKey(unique));
    return unique;
  });
}

/** SQL ends at a NUL character. */
function cleaned(name: string): string {
  return name.replaceAll("\0", "\ufffd");
}
