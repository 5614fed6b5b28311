import { expect, test } from "vitest";
import { hintedReplicas } from "../../../../runtime/load/litestream/replica-event.ts";

const SHOP = { name: "shop", bucket: "backups", prefix: "shop.db" };
const LOG = { name: "log", bucket: "backups", prefix: "log.db" };

function eventOf(...bodies: unknown[]) {
  return { Records: bodies.map((body) => ({ body: JSON.stringify(body) })) };
}

const created = (key: string) => ({ detail: { object: { key } } });

test("An event of a bucket is a hint of the replica that its key is below", () => {
  const event = eventOf(created("shop.db/ltx/0/a.ltx"), created("shop.db-old/ltx/0/a.ltx"));
  expect(hintedReplicas(event, [SHOP, LOG])).toEqual([SHOP]);
});

test("An event of the schedule, and one that is not understood, is a hint of all", () => {
  expect(hintedReplicas(eventOf({ source: "aws.events", detail: {} }), [SHOP, LOG])).toHaveLength(
    2,
  );
  expect(hintedReplicas({ Records: [{ body: "no JSON" }] }, [SHOP, LOG])).toHaveLength(2);
});
