/** Cards as visitors and networks get them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Links } from "../../../runtime/site/links.ts";
import type { SiteCard } from "../../../runtime/site/site.ts";
import { type TemporarySite, temporarySite } from "./temporary-site.ts";

const ID = "ab12".repeat(16);
const OTHER = "cd34".repeat(16);

const SQL = `
  create table birds (id integer primary key, name text);
  insert into birds values (1, 'wren');
  create table secrets (id integer primary key);
  create view names as select name from birds;
`;

function withCards(site: TemporarySite, table: SiteCard | null): TemporarySite {
  const whole = { id: OTHER, bytes: async () => Buffer.from("database") };
  const cards = new Map<string | null, SiteCard>([[null, whole]]);
  if (table !== null) cards.set("birds", table);
  Object.assign(site.site.databases[0]!, { cards });
  Object.assign(site.site, { card: { id: ID, bytes: async () => Buffer.from("site") } });
  return site;
}

let site: TemporarySite;
beforeAll(() => {
  const config = { databases: { data: { tables: { secrets: { allow: false } } } } };
  const picture = { id: ID, bytes: async () => Buffer.from("picture") };
  site = withCards(temporarySite(SQL, { version: 7, config: { config } }), picture);
});
afterAll(() => site.close());

async function imageOf(path: string): Promise<string | null> {
  const html = await (await site.get(path)).text();
  return /property="og:image" content="([^"]+)"/.exec(html)?.[1] ?? null;
}

describe("A page names the card", () => {
  const ofTable = `http://localhost/data/birds/-/card.png?id=${ID.slice(0, 16)}`;
  const ofDatabase = `http://localhost/data/-/card.png?id=${OTHER.slice(0, 16)}`;

  test.each(["/data/birds", "/data/birds?name=wren", "/data/birds/1", "/data/birds/-/columns"])(
    "of its table: %s",
    async (path) => expect(await imageOf(path)).toBe(ofTable),
  );

  test.each(["/data", "/data/names", "/data/-/query?sql=select+1"])(
    "of its database: %s",
    async (path) => expect(await imageOf(path)).toBe(ofDatabase),
  );

  test("of the site, on the front page", async () => {
    expect(await imageOf("/")).toBe(`http://localhost/-/card.png?id=${ID.slice(0, 16)}`);
  });
});

describe("A card", () => {
  test("is kept for ever at the address that names it", async () => {
    const response = await site.get(`/data/birds/-/card.png?id=${ID.slice(0, 16)}`);
    expect(await response.text()).toBe("picture");
    expect(response.headers.get("content-type")).toBe("image/png");
    expect(response.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  });

  test.each(["", "?id=", "?id=ab", `?id=${OTHER.slice(0, 16)}`])(
    "is kept as long as a page at any other: %s",
    async (query) => {
      const response = await site.get(`/data/birds/-/card.png${query}`);
      expect(response.headers.get("cache-control")).toBe("max-age=5");
    },
  );

  test("of a private table cannot be told from one of a table that is missing or has none", async () => {
    expect((await site.get("/data/secrets/-/card.png")).status).toBe(403);
    expect((await site.get("/data/nothing/-/card.png")).status).toBe(404);
    expect((await site.get("/data/names/-/card.png")).status).toBe(404);
    expect((await site.get("/nothing/-/card.png")).status).toBe(404);
  });

  test("that is gone is not found", async () => {
    const gone = { id: ID, bytes: async () => null };
    const other = withCards(temporarySite(SQL, { version: 7 }), gone);
    expect((await other.get("/data/birds/-/card.png")).status).toBe(404);
    other.close();
  });
});

test("A site that draws no cards names none", async () => {
  const other = temporarySite(SQL);
  for (const path of ["/", "/data", "/data/birds"]) {
    expect(await (await other.get(path)).text()).not.toContain("og:image");
  }
  expect((await other.get("/-/card.png")).status).toBe(404);
  other.close();
});

test("On pages of an earlier version a card is that of the same version", () => {
  const links = new Links("/", "http://localhost", 7);
  expect(links.card("data", "birds", ID)).toBe(
    `/data/birds/-/card.png?id=${ID.slice(0, 16)}&_at=7`,
  );
  expect(links.card(null, null, ID)).toBe(`/-/card.png?id=${ID.slice(0, 16)}&_at=7`);
});
