import { expect, test } from "vitest";
import { throttle } from "../../../src/terminal/throttle.ts";

test("says yes once per interval, however often it is asked", () => {
  let now = 0;
  const due = throttle(250, () => now);
  const yes: number[] = [];
  for (now = 0; now <= 1_000; now += 10) if (due()) yes.push(now);
  expect(yes).toEqual([250, 500, 750, 1_000]);
});
