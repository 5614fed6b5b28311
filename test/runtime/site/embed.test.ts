import { afterAll, describe, expect, test } from "vitest";
import { ConfigError } from "../../../runtime/core/config/config-error.ts";
import { temporarySite } from "./temporary-site.ts";

const SQL = `
  create table sales (id integer primary key, shop text, amount integer);
  insert into sales values (1, 'north', 10), (2, 'south', 20), (3, 'north', 60);
  create table staff (id integer primary key, name text);`;
const charts = [{ kind: "bar", x: "shop", y: "amount", title: "What shops <sold>" }];
const databases = {
  data: {
    tables: { sales: { charts }, staff: { allow: false } },
    queries: { shops: { sql: "select shop, amount from sales", charts } },
  },
};
const metadata = { title: "Our shops", license: "CC0" };

describe("A part of a page for frames", () => {
  const settings = { allow_framing: "https://news.example, https://*.example.org" };
  const open = temporarySite(SQL, {
    version: 7,
    config: { config: { databases }, metadata, settings },
  });
  const closed = temporarySite(SQL, { config: { config: { databases }, metadata } });
  afterAll(() => {
    open.close();
    closed.close();
  });
  const get = async (path: string, site = open) => {
    const response = await site.get(path);
    const policy = response.headers.get("content-security-policy") ?? "";
    return { status: response.status, policy, html: await response.text() };
  };

  test.each([
    ["/data/sales?_embed=chart", "What shops &lt;sold&gt;</text>"],
    ["/data/sales?_embed=chart&_chart=histogram&_x=amount", "How amount is spread</text>"],
    ["/data/sales?_embed=table&shop=north", 'class="rows-and-columns"'],
    ["/data/sales?_embed=map", 'class="panel-buttons" hidden'],
    ["/data/shops?_embed=chart", "What shops &lt;sold&gt;</text>"],
    ["/data/shops?_embed=table", 'class="rows-and-columns"'],
    ["/data/-/query?sql=select+1+as+one&_embed=table", "<td"],
  ])("%s is that alone, and may be framed by the sites of the setting", async (path, expected) => {
    const { policy, html } = await get(path);
    expect(html).toContain(expected);
    expect(html).not.toMatch(/<header|<footer|class="toolbar"/);
    expect(policy).toContain("frame-ancestors 'self' https://news.example https://*.example.org");
  });

  test("whole pages are framed by nobody, nor is anything without the setting", async () => {
    expect((await get("/data/sales")).policy).toMatch(/frame-ancestors 'self'$/);
    expect((await get("/data/sales?_embed=chart", closed)).policy).toMatch(
      /frame-ancestors 'self'$/,
    );
  });

  test("is refused as the whole page is", async () => {
    for (const kind of ["chart", "table", "map"]) {
      expect((await get(`/data/staff?_embed=${kind}`)).status).toBe(403);
    }
    expect((await get("/data/sales?_embed=cake")).status).toBe(400);
  });

  test("is offered on the whole page, with a citation that names the version", async () => {
    const { html } = await get("/data/sales?shop=north");
    expect(html).toContain(
      "&lt;iframe src=&quot;http://localhost/data/sales?shop=north&amp;amp;_embed=chart",
    );
    expect(html).toContain(
      "sales. Our shops. Version 7 of 2026-11-21. Licence: CC0. http://localhost/data/sales?shop=north&amp;_version=7",
    );
    expect((await get("/data/sales", closed)).html).not.toContain("iframe");
  });

  test("a citation of another version says so", async () => {
    expect((await get("/data/sales?_version=6")).html).toContain("is to version 6 of this data");
    expect((await get("/data/sales?_version=7")).html).not.toContain("of this data");
  });

  test("the configured charts are links to pictures that need no script", async () => {
    const { html } = await get("/data/sales");
    const href = /class="button tool icon-chart" href="([^"]+)"/
      .exec(html)![1]!
      .replaceAll("&amp;", "&");
    expect((await get(href)).html).toContain("What shops &lt;sold&gt;</text>");
  });

  test("the first configured chart is what the panel begins with", async () => {
    for (const path of ["/data/sales/-/chart.json", "/data/shops/-/chart.json"]) {
      const { chart } = JSON.parse((await get(path)).html) as { chart: object };
      expect(chart).toMatchObject({ kind: "bar", x: "shop", y: "amount" });
    }
  });

  test("a setting that names no origins is refused", () => {
    const config = { settings: { allow_framing: "https://a.example; script-src *" } };
    expect(() => temporarySite(SQL, { config })).toThrow(ConfigError);
  });
});
