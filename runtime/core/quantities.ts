/** How numbers of bytes, durations and shares are written for people, everywhere. */

const UNITS = ["kB", "MB", "GB", "TB"];

/** 1 kB is 1,000 bytes, as disks and AWS transfer figures count: 999 → "999 bytes", 12345678 → "12.3 MB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  let value = bytes;
  let unit = "";
  for (const next of UNITS) {
    if (unit !== "" && value < 999.95) break;
    value /= 1000;
    unit = next;
  }
  return `${value.toFixed(1)} ${unit}`;
}

/** 860 → "0.9 s", 12345 → "12.3 s", 83000 → "1 min 23 s". */
export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** "12.1 MB of 40.0 MB". */
export function formatShare(done: number, total: number): string {
  return `${formatBytes(done)} of ${formatBytes(total)}`;
}

/** formatCount(1, "block") → "1 block", formatCount(31, "block") → "31 blocks". */
export function formatCount(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}

const AGES: [name: string, milliseconds: number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** 200000 → "3 minutes", 5000 → "5 seconds"; what lies in the future (another clock) is "0 seconds". */
export function formatAge(milliseconds: number): string {
  for (const [name, length] of AGES) {
    const count = Math.floor(milliseconds / length);
    if (count > 0) return formatCount(count, name);
  }
  return formatCount(Math.max(0, Math.floor(milliseconds / 1000)), "second");
}
