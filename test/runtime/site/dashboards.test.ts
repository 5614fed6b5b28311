import { afterAll, describe, expect, test } from "vitest";
import { temporarySite } from "./temporary-site.ts";

const SQL = `
  create table sales (id integer primary key, day text, shop text, amount real, big integer default 4611686018427387904);
  insert into sales (id, day, shop, amount) values (1, '2026-01-05', 'north', 10), (2, '2026-01-20', 'south', 20),
    (3, '2026-02-01', 'north', 60), (4, '2026-02-02', '<b>', null);
  create table staff (id integer primary key, name text);
  insert into staff values (1, 'Ada');`;

const BY_SHOP = { table: "sales", filters: { shop: ":shop" } };
const site = temporarySite(SQL, {
  config: {
    config: {
      settings: { sql_time_limit_ms: 200 },
      databases: {
        data: {
          tables: { staff: { allow: false } },
          queries: {
            slow: "with recursive n(i) as (values (1) union all select i + 1 from n) select count(*) from n",
            wrong: "select nosuch from sales",
            of_shop: "select shop, amount from sales where shop = :shop",
          },
          dashboards: {
            sales: {
              title: "Sales <2026>",
              description: "How it went",
              parameters: { shop: { label: "Shop", options: ["north", "south"] } },
              parts: [
                { kind: "number", title: "All", ...BY_SHOP },
                { kind: "number", aggregate: "sum", column: "amount", suffix: " €", ...BY_SHOP },
                { kind: "number", aggregate: "median", column: "amount", table: "sales" },
                { kind: "bar", x: "shop", y: "amount", table: "sales" },
                { kind: "line", x: "day", unit: "month", title: "Months", ...BY_SHOP },
                {
                  kind: "table",
                  sort_desc: "amount",
                  size: 2,
                  columns: ["amount"],
                  table: "sales",
                },
                { kind: "table", query: "of_shop" },
                {
                  kind: "text",
                  text: "## Notes\n\n**Bold**, <i>not</i>, [out](javascript:alert(1))",
                },
                { kind: "table", title: "Staff", table: "staff" },
              ],
            },
            broken: {
              parts: [
                { kind: "number", query: "slow" },
                { kind: "number", query: "wrong" },
                { kind: "number", table: "sales" },
                { kind: "number", query: "of_shop", column: "nosuch" },
                { kind: "table", query: "of_shop", columns: ["shop", "nosuch"] },
                { kind: "number", table: "sales", aggregate: "sum", column: "big" },
                { kind: "bar", x: "shop", y: "amount", table: "sales" },
              ],
            },
            closed: { allow: false, parts: [{ kind: "text", text: "secret" }] },
          },
        },
      },
    },
  },
});
afterAll(() => site.close());

const page = async (path: string) => (await site.get(path)).text();

interface Part {
  kind: string;
  title: string | null;
  value?: unknown;
  error?: string;
  marks?: { x: string; value: number }[];
  rows?: unknown;
}

async function parts(path: string): Promise<Part[]> {
  return ((await (await site.get(path)).json()) as { parts: Part[] }).parts;
}

describe("A dashboard", () => {
  test("computes each part over all rows that its filters leave", async () => {
    const all = await parts("/data/-/dashboards/sales.json");
    expect(all.map(({ kind, value }) => (kind === "number" ? value : kind))).toEqual([
      ...[4, 90.0, 20.0],
      ...["chart", "chart", "table", "table", "text"],
    ]);
    expect(all[4]!.marks).toEqual([
      { x: "2026-01-01", value: 2 },
      { x: "2026-02-01", value: 2 },
    ]);
  });

  test("hands its parameters to all parts", async () => {
    const north = await parts("/data/-/dashboards/sales.json?shop=north");
    expect(north.slice(0, 3).map(({ value }) => value)).toEqual([2, 70, 20]);
    expect(north[6]!.rows).toEqual([
      ["north", 10],
      ["north", 60],
    ]);
  });

  test("takes nothing that is not one of the options", async () => {
    const other = await parts("/data/-/dashboards/sales.json?shop=east");
    expect(other[0]!.value).toBe(4);
  });

  test("is a page without script that says what everything is", async () => {
    const html = await page("/data/-/dashboards/sales?shop=north");
    expect(html).toContain("<h1>Sales &lt;2026&gt;</h1>");
    expect(html).toContain('<option value="north" selected>');
    expect(html).toContain('href="/data/sales?shop=north"');
    expect(html).toMatch(/<p class="figure">70 &#8364;<\/p>/);
    expect(html).toContain('<svg xmlns="http://www.w3.org/2000/svg"');
    expect(html).toContain("<title>2026-01-01: 1</title>");
    expect(html).toContain("<strong>Bold</strong>, &lt;i&gt;not&lt;/i&gt;, out");
    expect(html).not.toMatch(/javascript:|<b>|Staff/);
  });

  test("goes on after a part that fails or takes too long", async () => {
    const [slow, wrong, count, ...others] = await parts("/data/-/dashboards/broken.json");
    expect(slow!.error).toMatch(/took too long/);
    expect(wrong!.error).toBe("no such column: nosuch");
    expect(count!.value).toBe(4);
    const noColumn = { kind: "failure", error: "There is no column nosuch" };
    expect(others.slice(0, 2)).toMatchObject([noColumn, noColumn]);
    expect(others[2]!.value).toBe(4 * 2 ** 62);
  });

  test("says what its pictures leave out", async () => {
    expect(await page("/data/-/dashboards/broken")).toContain(
      "Of 3 of 4 rows: the other one has no number in amount.",
    );
  });

  test("is listed where it may be seen, and refused where not", async () => {
    const database = await page("/data");
    expect(database).toContain('href="/data/-/dashboards/sales"');
    expect(database).not.toContain("closed");
    expect((await site.get("/data/-/dashboards/closed")).status).toBe(403);
    expect((await site.get("/data/-/dashboards/nothing")).status).toBe(404);
    const jump = (await (await site.get("/-/jump.json?q=sales")).json()) as {
      matches: { type: string }[];
    };
    expect(jump.matches.map(({ type }) => type)).toContain("dashboard");
    const config = await page("/-/config.json");
    expect(config).not.toMatch(/secret|staff/);
  });
});
