import { expect, test } from "vitest";
import { parseInboxKey } from "../../../../runtime/load/inbox/inbox-key.ts";
import { parseQueueEvent } from "../../../../runtime/load/inbox/object-event.ts";

test.each([
  ["inbox/sales.csv", "sales", "sales.csv", false],
  ["inbox/sales.csv.gz", "sales", "sales.csv.gz", false],
  ["inbox/sales 2026.11.csv", "sales 2026.11", "sales 2026.11.csv", false],
  ["inbox/shop/sales.csv", "shop", "sales.csv", false],
  ["inbox/shop.db", "shop", "shop.db", true],
  ["inbox/shop.SQLITE3", "shop", "shop.SQLITE3", true],
  ["inbox/shop/part.db", "shop", "part.db", false],
  ["inbox/Märkte.xlsx", "Märkte", "Märkte.xlsx", false],
])("%s is for the database %s", (key, database, file, isWhole) => {
  expect(parseInboxKey(key)).toEqual({ key, database, file, isWhole });
});

test.each(["inbox/", "inbox/shop/", "elsewhere/a.csv"])("%s is no file of the inbox", (key) => {
  expect(parseInboxKey(key)).toBeNull();
});

test.each(["inbox/a/b/c.csv", "inbox/_memory.csv", "inbox/.csv", "inbox/-/a.csv"])(
  "%s has no place",
  (key) => {
    expect(() => parseInboxKey(key)).toThrow(expect.objectContaining({ name: "LoadError" }));
  },
);

test("the queue's event has S3's events in it, with keys as they are", () => {
  const detail = {
    bucket: { name: "b" },
    object: { key: "inbox/a b+ü.csv", etag: "e1", sequencer: "0A" },
  };
  const event = { Records: [{ body: JSON.stringify({ detail }) }] };
  expect(parseQueueEvent(event)).toEqual([
    { bucket: "b", key: "inbox/a b+ü.csv", etag: "e1", sequencer: "0A" },
  ]);
  expect(() => parseQueueEvent({ Records: [{ body: "{}" }] })).toThrow("detail is not an object");
});
