import { afterAll, expect, test } from "vitest";
import {
  EventLoader,
  type EventQueue,
  type QueuedMessage,
} from "../../../../runtime/load/collector/event-loader.ts";
import { parseContracts } from "../../../../runtime/load/events/contract.ts";
import { parseMessage } from "../../../../runtime/load/events/event-message.ts";
import { readPublished } from "../../../../runtime/publisher/publish/published.ts";
import { Collecting, emptySite, queued as inQueue, message } from "../collecting.ts";

const collecting = new Collecting();
afterAll(() => collecting.remove());

const queued = (...events: unknown[]) => inQueue(message(events, { table: "t" }));

/** A loader with an empty site, and what it does with its queue. */
async function newLoader(windowMilliseconds: number, contracts: string[] = []) {
  const store = await emptySite();
  const waiting: QueuedMessage[] = [];
  const deleted: string[] = [];
  const aside: string[] = [];
  const queue: EventQueue = {
    receive: async () => waiting.splice(0, 10),
    delete: async (ids) => void deleted.push(...ids),
    giveUp: async (bodies) => void aside.push(...bodies),
  };
  const loader = new EventLoader({
    store,
    database: "events",
    folder: collecting.newPath(),
    contracts: parseContracts(contracts),
    windowMilliseconds,
    queue,
  });
  const load = (...messages: QueuedMessage[]) => loader.load(messages, Date.now() + 100_000);
  const version = async () => (await readPublished(store))?.manifest.version;
  return { load, version, waiting, deleted, aside };
}

test("the first batch is published at once, the next when the window is over, with what came meanwhile", async () => {
  const { load, version, waiting, deleted } = await newLoader(400);
  expect(await load(queued({ n: 1 }))).toMatchObject({ loaded: 1, version: 2 });
  waiting.push(queued({ n: 3 }), queued({ n: 4 }));
  const ids = waiting.map(({ id }) => id);
  expect(await load(queued({ n: 2 }))).toMatchObject({ loaded: 3, version: 3 });
  expect(deleted).toEqual(ids);
  expect(await version()).toBe(3);
});

test("events that are refused lie apart with their reason and their ids, and can be loaded later", async () => {
  const { load, aside } = await newLoader(0, ["t=freeze", "t.tables=evolve"]);
  await load(queued({ n: 1 }));
  const mixed = queued({ n: 2 }, { other: 1 }, { n: 3 }, { other: 2 });
  expect(await load(mixed)).toMatchObject({ loaded: 2, refused: 2, broken: [] });
  const [apart] = aside.map(parseMessage);
  expect(apart).toMatchObject({ positions: [1, 3], events: ['{"other":1}', '{"other":2}'] });
  expect(aside[0]).toContain("t takes no values that it does not have");
});

test("a message that is none is named for the queue to put aside; the others are loaded", async () => {
  const { load } = await newLoader(0);
  const bad = { id: "bad", body: "?", sentAt: 0 };
  expect(await load(queued({ n: 1 }), bad)).toMatchObject({ loaded: 1, broken: ["bad"] });
});
