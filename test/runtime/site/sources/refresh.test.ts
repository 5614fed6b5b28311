import { afterEach, expect, test, vi } from "vitest";
import { Refresher } from "../../../../runtime/site/sources/refresh.ts";

afterEach(() => void vi.useRealTimers());

const HOUR_MS = 3_600_000;

function startRefresher() {
  vi.useFakeTimers({ toFake: ["Date"] });
  const look = vi.fn(async () => {});
  const refresher = new Refresher({ look, everyMs: 5000, patienceMs: 1000 });
  const looksAfter = async (ms: number) => {
    vi.setSystemTime(Date.now() + ms);
    look.mockClear();
    await refresher.beforeRequest(false);
    return look.mock.calls.length;
  };
  return looksAfter;
}

test("looks for a new version when the last look is long enough ago", async () => {
  const looksAfter = startRefresher();
  expect(await looksAfter(4999)).toBe(0);
  expect(await looksAfter(1)).toBe(1);
  expect(await looksAfter(4999)).toBe(0);
});

test("a clock that is set days forward and back again changes nothing for long", async () => {
  const looksAfter = startRefresher();
  expect(await looksAfter(50 * HOUR_MS)).toBe(1);
  expect(await looksAfter(-100 * HOUR_MS)).toBe(1);
  expect(await looksAfter(4999)).toBe(0);
  expect(await looksAfter(1)).toBe(1);
});
