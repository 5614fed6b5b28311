const UNITS: [name: string, milliseconds: number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** 200000 → "3 minutes", 5000 → "5 seconds"; what lies in the future (another clock) is "0 seconds". */
export function formatAge(milliseconds: number): string {
  for (const [name, length] of UNITS) {
    const count = Math.floor(milliseconds / length);
    if (count > 0) return `${count} ${name}${count === 1 ? "" : "s"}`;
  }
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return `${seconds} second${seconds === 1 ? "" : "s"}`;
}
