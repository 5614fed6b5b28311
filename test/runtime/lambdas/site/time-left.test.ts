import { expect, test, vi } from "vitest";
import { timeLeft } from "../../../../runtime/lambdas/site/time-left.ts";

const event = (domainName: string) => ({ requestContext: { domainName } });

test("a long answer ends in a sentence before the function does, or who waits for it", () => {
  vi.useFakeTimers({ toFake: ["performance", "Date", "hrtime"] });
  try {
    const ofFunction = timeLeft(event("abc.execute-api.test"), {
      getRemainingTimeInMillis: () => 10_000,
    });
    const ofGateway = timeLeft(event("abc.execute-api.test"), {
      getRemainingTimeInMillis: () => 900_000,
    });
    const ofUrl = timeLeft(event("abc.lambda-url.test"), {
      getRemainingTimeInMillis: () => 900_000,
    });
    vi.advanceTimersByTime(6_900);
    ofFunction();
    vi.advanceTimersByTime(200);
    expect(ofFunction).toThrow("longer than the 10 seconds that an answer may take here");
    vi.advanceTimersByTime(20_000);
    expect(ofGateway).toThrow("longer than the 29 seconds");
    ofUrl();
  } finally {
    vi.useRealTimers();
  }
});
