import fc from "fast-check";
import { expect, test } from "vitest";
import { parseMoment } from "../../../../runtime/site/history/moment.ts";
import { versionAt } from "../../../../runtime/site/history/version-at.ts";

/** Versions that are kept, with the times of all that were ever published. */
const HISTORIES = fc
  .record({
    steps: fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 60 }),
    isKept: fc.infiniteStream(fc.boolean()),
  })
  .map(({ steps, isKept }) => {
    let now = 0;
    const times = steps.map((step) => (now += step));
    const kept = times.flatMap((_, at) => {
      const keeps = isKept.next().value || at === times.length - 1;
      return keeps ? [at + 1] : [];
    });
    return { times, kept };
  });

test("the version of a time is the one that was current then, and none where that is gone", async () => {
  await fc.assert(
    fc.asyncProperty(
      HISTORIES,
      fc.integer({ min: 0, max: 3000 }),
      async ({ times, kept }, time) => {
        let questions = 0;
        const numbers = {
          nextFrom: async (version: number) => {
            questions++;
            return kept.find((each) => each >= version) ?? null;
          },
          publishedAt: async (version: number) => times[version - 1]!,
        };
        const current = times.filter((at) => at <= time).length;
        const { version } = await versionAt(numbers, times.length, time);
        // The one behind it tells how long it was current: where that is gone, nobody knows.
        const isKnown =
          kept.includes(current) && (current === times.length || kept.includes(current + 1));
        expect(version).toBe(isKnown ? current : null);
        expect(questions).toBeLessThanOrEqual(2 + 2 * Math.log2(times.length + 2));
      },
    ),
  );
});

test.each([
  ["7", { version: 7 }],
  ["2026", { version: 2026 }],
  ["2026-11-20", { time: Date.UTC(2026, 10, 20) }],
  ["2026-11-20T12:30", { time: Date.UTC(2026, 10, 20, 12, 30) }],
  ["2026-11-20 12:30:05.5", { time: Date.UTC(2026, 10, 20, 12, 30, 5, 500) }],
  ["2026-11-20T12:30:00Z", { time: Date.UTC(2026, 10, 20, 12, 30) }],
  ["2026-11-20T12:30:00+02:00", { time: Date.UTC(2026, 10, 20, 10, 30) }],
  ["2026-11-20T12:30 0200", { time: Date.UTC(2026, 10, 20, 10, 30) }],
  ["2026-11-20T12:30-02:00", { time: Date.UTC(2026, 10, 20, 14, 30) }],
  ["2026-02-29", null],
  ["2026-11-20T25:00", null],
  ["20.11.2026", null],
  ["", null],
  ["-1", null],
  ["1e3", null],
  ["now", null],
])("_at=%s", (text, moment) => {
  expect(parseMoment(text)).toEqual(moment);
});
