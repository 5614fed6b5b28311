/** `1,234,567` */
export function grouped(count: number | bigint): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 row`, `2,000 rows`. The plural is the singular with an s, unless it is given. */
export function counted(count: number | bigint, singular: string, plural = `${singular}s`): string {
  return `${grouped(count)} ${Number(count) === 1 ? singular : plural}`;
}

/** A number of rows that may have been capped: one more than the limit was found then. */
export function rowCount(count: number, truncated: boolean): string {
  return truncated ? `>${grouped(count - 1)} rows` : counted(count, "row");
}

/** `320 bytes`, `1.5 KB`; 1 KB is 1,024 bytes. */
export function byteSize(bytes: number): string {
  const units = ["bytes", "KB", "MB", "GB", "TB"];
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return unit === 0 ? `${size} bytes` : `${size.toFixed(1)} ${units[unit]}`;
}
