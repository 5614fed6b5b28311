import { describe, expect, test } from "vitest";
import type { UpdateOptions } from "../../../src/plan/inputs.ts";
import { planSecret, type StoredSecret } from "../../../src/plan/origin-secret.ts";
import { planUpdate } from "../../../src/plan/plan-update.ts";
import { afterwards, database, facts, NOTHING, OPTIONS } from "./examples.ts";

const [FRESH, CURRENT, BEFORE] = ["f", "c", "b"].map((digit) => digit.repeat(64)) as [
  string,
  string,
  string,
];
const NOW = new Date("2026-11-21T12:00:00Z");
const NONE: StoredSecret = { current: null, previous: null };
const DAY = 24 * 3600_000;

function stored(age: number, previous: string | null = null): StoredSecret {
  return { current: { hash: CURRENT, created: new Date(NOW.getTime() - age) }, previous };
}

describe("The secret that lets CloudFront in", () => {
  const secret = (has: StoredSecret, sent: string | null, isForced = false) =>
    planSecret(has, sent, FRESH, NOW, isForced);

  test("is made where there is none", () => {
    expect(secret(NONE, null)).toEqual({ hash: FRESH, isNew: true, accepted: [FRESH] });
  });

  test("stays while it is younger than 30 days, and alone is good", () => {
    expect(secret(stored(29 * DAY, BEFORE), CURRENT)).toEqual({
      hash: CURRENT,
      isNew: false,
      accepted: [CURRENT],
    });
  });

  test("is renewed after that, or when it is asked for, with the old one good meanwhile", () => {
    const renewed = { hash: FRESH, isNew: true, accepted: [FRESH, CURRENT] };
    expect(secret(stored(31 * DAY), CURRENT)).toEqual(renewed);
    expect(secret(stored(DAY), CURRENT, true)).toEqual(renewed);
  });

  test("leaves the one before good for an hour: not all of CloudFront sends the new one at once", () => {
    expect(secret(stored(60_000, BEFORE), CURRENT).accepted).toEqual([CURRENT, BEFORE]);
  });

  test("of a run that was killed is sent by the next, while the one that is still sent is good", () => {
    expect(secret(stored(2 * DAY), BEFORE)).toEqual({
      hash: CURRENT,
      isNew: false,
      accepted: [CURRENT, BEFORE],
    });
  });

  test("is made anew where somebody deleted it", () => {
    expect(secret(NONE, CURRENT).accepted).toEqual([FRESH, CURRENT]);
  });
});

describe("A site that gets CloudFront", () => {
  const SHOP = { ...facts(database("shop", "a")), originSecret: { stored: NONE, fresh: FRESH } };
  const plan = (options: Partial<UpdateOptions>, deployed = NOTHING) =>
    planUpdate({ ...OPTIONS, ...options }, SHOP, deployed, NOW);
  const parametersOf = (made: ReturnType<typeof plan>, role: string) => {
    const found = made.stacks.find(({ identity }) => identity.role === role);
    return found !== undefined && "parameters" in found ? found.parameters : null;
  };
  const wanted = { cloudFront: { isWanted: true } };

  test("is open until CloudFront is there, and closed then", () => {
    const made = plan({ ...wanted, collect: { database: "events" } });
    expect(made.stacks.map(({ identity }) => identity.role)).toEqual([
      ...["bucket", "service", "collect", "edge"],
    ]);
    expect(parametersOf(made, "service")).toMatchObject({ OriginKeys: FRESH, EdgeOnly: "false" });
    expect(made.closing.map(({ stackName }) => stackName)).toEqual([
      "shop-service",
      "shop-collect",
    ]);
    for (const action of made.closing) {
      expect(action).toMatchObject({ action: "update", parameters: { EdgeOnly: "true" } });
    }
  });

  test("keeps it without a word, closed from the beginning", () => {
    const deployed = afterwards(plan(wanted), SHOP);
    const kept = plan({ cloudFront: { ttlSeconds: 10 } }, deployed);
    expect(parametersOf(kept, "service")).toMatchObject({ EdgeOnly: "true", EdgeSeconds: "10" });
    expect(kept.closing).toEqual([]);
  });

  test("opens the API before CloudFront goes", () => {
    const gone = plan({ cloudFront: false }, afterwards(plan(wanted), SHOP));
    expect(parametersOf(gone, "service")).toMatchObject({ OriginKeys: "", EdgeOnly: "false" });
    expect(gone.stacks.at(-1)).toMatchObject({ action: "delete", stackName: "shop-edge" });
  });

  test("and asks who comes lets CloudFront keep nothing", () => {
    expect(parametersOf(plan(wanted), "edge")).toMatchObject({ Private: "false" });
    const closed = plan({ ...wanted, viewers: { password: true } });
    expect(parametersOf(closed, "edge")).toMatchObject({ Private: "true" });
  });

  test("keeps the bucket of a log that is no longer written", () => {
    const logging = { cloudFront: { isWanted: true, hasLogs: true } };
    const ended = plan({ cloudFront: { hasLogs: false } }, afterwards(plan(logging), SHOP));
    expect(parametersOf(ended, "edge")).toMatchObject({ Logs: "false", LogBucketStays: "true" });
  });
});
