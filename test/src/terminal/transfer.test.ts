import { expect, test } from "vitest";
import { transfer } from "../../../src/terminal/transfer.ts";

/** What is shown at these times (s) after so many of 100 MB. */
function shown(...progress: [seconds: number, megabytes: number][]): (string | undefined)[] {
  let now = 0;
  const details: (string | undefined)[] = [];
  const step = { progress: (_done: number, _total: number, text?: string) => details.push(text) };
  const show = transfer(step, () => now);
  for (const [seconds, megabytes] of progress) {
    now = seconds * 1000;
    show(megabytes * 1e6, 100e6);
  }
  return details;
}

test("after a second there are a rate and the time left", () => {
  expect(shown([0.2, 4], [2, 20])).toEqual([
    "4.0 MB of 100.0 MB",
    "20.0 MB of 100.0 MB, 10.0 MB/s, 8.0 s left",
  ]);
});

test("the rate is that of the last ten seconds, not of the whole", () => {
  const [last] = shown([1, 50], [15, 50], [20, 52], [26, 58]).slice(-1);
  expect(last).toMatch(/^58.0 MB of 100.0 MB, 0\.7 MB\/s|^58.0 MB of 100.0 MB, 7\d\d\.\d kB\/s/);
});

test("at the end no time is left, and while nothing moves none is guessed", () => {
  expect(shown([2, 100])).toEqual(["100.0 MB of 100.0 MB, 50.0 MB/s"]);
  expect(shown([5, 0])).toEqual(["0 bytes of 100.0 MB"]);
});
