/** "3 minutes ago" instead of the times on the page, as long as it is open. */

const UNITS: readonly [Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const EVERY_MS = 30_000;

export function showRelativeTimes(): void {
  const times = [...document.querySelectorAll<HTMLTimeElement>("main time[datetime]")];
  if (times.length === 0) return;
  for (const time of times) time.title = time.textContent ?? "";
  const format = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  const show = () => {
    for (const time of times) time.textContent = relative(time.dateTime, Date.now(), format);
  };
  show();
  setInterval(show, EVERY_MS);
}

/** A clock that is slow makes no future of what has been. */
export function relative(iso: string, now: number, format: Intl.RelativeTimeFormat): string {
  const seconds = (now - Date.parse(iso)) / 1000;
  const [unit, length] = UNITS.find(([, each]) => seconds >= each) ?? [null, 1];
  return unit === null ? "just now" : format.format(-Math.floor(seconds / length), unit);
}
