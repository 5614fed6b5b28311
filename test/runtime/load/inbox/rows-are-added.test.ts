/** Rules of the inbox that add rows: each file's rows are there once, whatever is killed and comes twice. */
import { afterAll, expect, test } from "vitest";
import { MemoryStore } from "../../../../runtime/core/store/memory-store.ts";
import { loadObject } from "../../../../runtime/load/inbox/load-object.ts";
import { readPublished } from "../../../../runtime/publisher/publish/published.ts";
import { drop, InboxSite } from "./inbox-site.ts";

const RULES = [
  { files: "orders-*.csv", append: true, table: "orders" },
  { files: "shop2/people*.csv", upsert: true, table: "people", pk: "id", types: { zip: "TEXT" } },
];

const site = new InboxSite();
afterAll(() => site.end());

test("a rule appends the rows of every file it names to one table", async () => {
  const store = await site.publish({ loadRules: RULES });
  for (const [file, body] of [
    ["inbox/year/orders-1.csv", "id\n1\n"],
    ["inbox/year/orders-2.csv", "id,note\n2,x\n"],
    ["inbox/year/other.csv", "id\n3\n"],
  ] as const) {
    await loadObject(store, await drop(store, file, body));
  }
  expect(await site.rows(store, "year", "orders")).toEqual([
    [1, null],
    [2, "x"],
  ]);
  expect(await site.rows(store, "year", "other")).toEqual([[3]]);
});

test("a rule replaces rows with the same key and adds the others", async () => {
  const store = await site.publish({ loadRules: RULES });
  await loadObject(store, await drop(store, "inbox/shop2/people.csv", "id,zip\n1,01067\n2,x\n"));
  await loadObject(store, await drop(store, "inbox/shop2/people-2.csv", "id,zip\n2,10115\n3,5\n"));
  expect(await site.rows(store, "shop2", "people")).toEqual([
    [1, "01067"],
    [2, "10115"],
    [3, "5"],
  ]);
});

test("a file that is put again is added again; an event that comes again is not", async () => {
  const store = await site.publish({ loadRules: RULES });
  const first = await drop(store, "inbox/orders-1.csv", "id\n1\n");
  await loadObject(store, first);
  await loadObject(store, first);
  await loadObject(store, await drop(store, "inbox/orders-1.csv", "id\n1\n"));
  expect(await site.rows(store, "orders-1", "orders")).toEqual([[1], [1]]);
});

test("an event whose file was replaced before it was handled leaves the new content to its own event", async () => {
  const store = await site.publish({ loadRules: RULES });
  const late = await drop(store, "inbox/orders-1.csv", "id\n1\n");
  const newest = await drop(store, "inbox/orders-1.csv", "id\n2\n");
  expect(await loadObject(store, late)).toBeNull();
  await loadObject(store, newest);
  expect(await site.rows(store, "orders-1", "orders")).toEqual([[2]]);
});

test("several functions with the same event at once add its rows once, and nobody else's are lost", async () => {
  const store = await site.publish({ loadRules: RULES });
  await loadObject(store, await drop(store, "inbox/year/orders-0.csv", "id\n0\n"));
  const events = [
    await drop(store, "inbox/year/orders-1.csv", "id\n1\n"),
    await drop(store, "inbox/year/orders-2.csv", "id\n2\n"),
  ];
  await Promise.all([...events, ...events, ...events].map((event) => loadObject(store, event)));
  const rows = (await site.rows(store, "year", "orders")) as number[][];
  expect(rows.flat().sort()).toEqual([0, 1, 2]);
});

/** Dies at one of its writes, before or after that is done: every call from then on fails. */
class Dying extends MemoryStore {
  #writesLeft = Number.POSITIVE_INFINITY;
  #isAfter = false;
  #isDead = false;

  dieAt(write: number, when: string): void {
    this.#writesLeft = write;
    this.#isAfter = when === "after";
  }

  revive(): void {
    this.#writesLeft = Number.POSITIVE_INFINITY;
    this.#isDead = false;
  }

  override async put(key: string, body: Uint8Array): Promise<string> {
    this.#writesLeft--;
    if (this.#writesLeft === 0 && !this.#isAfter) this.#isDead = true;
    this.#live();
    const etag = await super.put(key, body);
    if (this.#writesLeft === 0) this.#isDead = true;
    this.#live();
    return etag;
  }

  override async get(key: string) {
    this.#live();
    return super.get(key);
  }

  #live(): void {
    if (this.#isDead) throw new Error("killed");
  }
}

test.each(["before", "after"])(
  "killed %s any of its writes, it has done nothing or all of it",
  async (when) => {
    const template = await site.publish({ loadRules: RULES });
    await loadObject(template, await drop(template, "inbox/year/orders-0.csv", "id\n0\n"));
    let deaths = 0;
    for (let at = 1; ; at++) {
      const store = new Dying();
      for (const { key } of await template.list("")) {
        await store.put(key, (await template.get(key))!.body);
      }
      const event = await drop(store, "inbox/year/orders-1.csv", "id\n1\n");
      store.dieAt(at, when);
      const died = await loadObject(store, event).then(
        () => false,
        () => true,
      );
      store.revive();
      // Others load meanwhile, and the event comes again, twice.
      await loadObject(store, await drop(store, "inbox/year/orders-2.csv", "id\n2\n"));
      await loadObject(store, event);
      await loadObject(store, event);
      const rows = (await site.rows(store, "year", "orders")) as number[][];
      expect(rows.flat().sort(), `write ${at}`).toEqual([0, 1, 2]);
      const loads = (await readPublished(store))!.manifest.loads!.map(({ source }) => source);
      expect(loads.toSorted()).toEqual([
        "year/orders-0.csv",
        "year/orders-1.csv",
        "year/orders-2.csv",
      ]);
      if (!died) break;
      deaths++;
    }
    expect(deaths).toBeGreaterThan(5);
  },
);

test("rules that nobody understands fail the file with the reason", async () => {
  const store = await site.publish({ loadRules: [{ files: "*.csv", append: "yes" }] });
  const record = await loadObject(store, await drop(store, "inbox/a.csv", "x\n1\n"));
  expect(record?.error).toMatchObject({
    code: "bad_rules",
    message: "rules[0].append is neither true nor false",
  });
});
