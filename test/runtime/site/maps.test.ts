import { afterAll, describe, expect, test } from "vitest";
import { temporarySite } from "./temporary-site.ts";

const site = temporarySite(
  `create table kinds (id integer primary key, name text);
   insert into kinds values (1, 'owl');
   create table sightings (id integer primary key, name text, kind_id integer references kinds(id), lat, lon);
   with recursive n(i) as (values (1) union all select i + 1 from n where i < 4000)
     insert into sightings select i, 'n' || i, 1, 40 + i / 1000.0, -3 - i / 1000.0 from n;
   insert into sightings values
     (5001, 'text', 1, ' 41.5 ', '-3.25'), (5002, 'far', 1, 91, 0), (5003, 'none', 1, null, 7),
     (5004, 'word', 1, 'north', 'west'), (5005, 'empty', 1, '', '');
   create table areas (code text primary key, shape text);
   insert into areas values
     ('a', '{"type": "Polygon", "coordinates": [[[0,0],[0,1],[1,1],[0,0]]]}'),
     ('b/c', '{"type": "Point", "coordinates": [5.1234567, 6]}'), ('d', '{"type": "Nothing"}'), ('e', 'no JSON');
   create view near as select name, lat, lon from sightings where id <= 3;
   create table plain (id integer primary key, word text);
   create table many (id integer primary key, lat real, lon real);
   with recursive n(i) as (values (1) union all select i + 1 from n where i < 120000)
     insert into many select i, i / 10000.0, i / 10000.0 from n;`,
  { config: { config: { databases: { data: { queries: { q: "select lat, lon from near" } } } } } },
);
afterAll(() => site.close());

const map = async (path: string) => (await site.get(path)).json();

describe("A map", () => {
  test("has all rows of the filters, whatever the page shows, and says how many have a position", async () => {
    const { rows, positions, points, place } = await map(
      "/data/sightings/-/map.json?_size=10&_next=50",
    );
    expect(place).toEqual({ latitude: "lat", longitude: "lon" });
    expect([rows, positions, points.length]).toEqual([4005, 4001, 8002]);
    expect(points.slice(0, 2)).toEqual([-3.001, 40.001]);
    expect(points.slice(-2)).toEqual([-3.25, 41.5]);
    expect(await map("/data/sightings/-/map.json?id__lte=2")).toMatchObject({
      rows: 2,
      positions: 2,
    });
  });

  test("gives evenly chosen points of more than 50,000 rows", async () => {
    const { positions, step, points } = await map("/data/many/-/map.json");
    expect([positions, step, points.length]).toEqual([120_000, 3, 80_000]);
    const { cards } = await map("/data/many/-/map.json?_cards=3,119999");
    expect(cards.map(({ href }: { href: string }) => href)).toEqual([
      "/data/many/4",
      "/data/many/120000",
    ]);
  });

  test("draws GeoJSON", async () => {
    const { place, positions, geometries } = await map("/data/areas/-/map.json");
    expect([place, positions]).toEqual([{ geometry: "shape" }, 2]);
    expect(geometries).toEqual([
      {
        type: "Polygon",
        coordinates: [
          [
            [0, 0],
            [0, 1],
            [1, 1],
            [0, 0],
          ],
        ],
      },
      { type: "Point", coordinates: [5.12346, 6] },
    ]);
  });

  test("tells of its rows by their number, and leads to their pages", async () => {
    const { cards } = await map("/data/sightings/-/map.json?id__gt=3999&_cards=0,1,77");
    expect(cards).toEqual([
      {
        at: 0,
        title: "n4000",
        href: "/data/sightings/4000",
        values: [{ column: "kind_id", value: "owl" }],
      },
      {
        at: 1,
        title: "text",
        href: "/data/sightings/5001",
        values: [{ column: "kind_id", value: "owl" }],
      },
    ]);
    const areas = await map("/data/areas/-/map.json?_cards=1");
    expect(areas.cards).toMatchObject([{ title: "b/c", href: "/data/areas/b~2Fc", values: [] }]);
  });

  test("of a view, a configured query and custom SQL has cards without links", async () => {
    expect(await map("/data/near/-/map.json")).toMatchObject({ rows: 3, positions: 3 });
    const { cards } = await map("/data/near/-/map.json?_cards=2");
    expect(cards).toMatchObject([{ href: null, values: [{ column: "name", value: "n3" }] }]);
    expect(await map("/data/q/-/map.json")).toMatchObject({ positions: 3 });
    const sql = encodeURIComponent("select lat as latitude, lon as longitude from near -- all");
    expect(await map(`/data/-/query/map.json?sql=${sql}`)).toMatchObject({ positions: 3 });
  });

  test("of a table without positions says that there are none", async () => {
    expect(await map("/data/plain/-/map.json")).toMatchObject({
      place: null,
      places: [],
      positions: 0,
    });
  });

  test.each([
    ["/data/sightings/-/map.json?_latitude=nope&_longitude=lon", "no column nope"],
    ["/data/sightings/-/map.json?_latitude=lat", "go together"],
    ["/data/sightings/-/map.json?_cards=-1", "_cards must be numbers"],
    ["/data/plain/-/map.json?_cards=1", "No columns here"],
    ["/data/-/query/map.json", "sql= is required"],
  ])("%s is refused", async (path, message) => {
    const answer = await site.get(path);
    expect(answer.status).toBe(400);
    expect((await answer.json()).error).toContain(message);
  });
});
