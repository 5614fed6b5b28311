import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ServedSite, serveSite } from "./site.ts";

let site: ServedSite;

beforeAll(async () => {
  site = await serveSite(["examples/northwind.db"]);
});

afterAll(() => site.stop());

async function get(path: string): Promise<Response> {
  return fetch(site.url + path);
}

test("a table page with 100 rows is lighter than 150 kB", async () => {
  for (const path of ["/northwind/orders", "/northwind/products", "/northwind/order_lines"]) {
    const page = await (await get(path)).text();
    expect(page.match(/<tr/g)?.length, path).toBe(101);
    expect(Buffer.byteLength(page), path).toBeLessThan(150_000);
  }
});

test("the scripts of a table page are lighter than 30 kB compressed", async () => {
  const page = await (await get("/northwind/orders")).text();
  let weight = 0;
  const seen = new Set<string>();
  const load = async (path: string): Promise<void> => {
    if (seen.has(path)) return;
    seen.add(path);
    const text = await (await get(path)).text();
    weight += gzipSync(text).length;
    const imports = text.matchAll(/(?:import|from)\s*"(\.\/[^"]+)"/g);
    for (const [, file] of imports) await load(new URL(file!, site.url + path).pathname);
  };
  for (const [, path] of page.matchAll(/<script[^>]* src="([^"]+)"/g)) await load(path!);
  expect(weight).toBeGreaterThan(1000);
  expect(weight).toBeLessThan(30_000);
});

test("the font is this site's own, and lighter than 60 kB", async () => {
  const page = await (await get("/")).text();
  const sheet = /\/-\/static\/index-\w+\.css/.exec(page)![0];
  const fonts = (await (await get(sheet)).text()).match(/[\w-]+\.woff2/g)!;
  let weight = 0;
  for (const font of fonts) {
    const response = await get(`/-/static/${font}`);
    expect(response.headers.get("content-type")).toBe("font/woff2");
    weight += (await response.arrayBuffer()).byteLength;
  }
  expect(fonts.length).toBe(2);
  expect(weight).toBeLessThan(60_000);
});

test("static files have hashed names and are kept for ever", async () => {
  const page = await (await get("/")).text();
  const files = [...page.matchAll(/\/-\/static\/[^"]+/g)].map(([path]) => path);
  expect(files.length).toBeGreaterThanOrEqual(3);
  for (const path of files) {
    const response = await get(path);
    expect(response.status, path).toBe(200);
    expect(path).toMatch(/-[A-Z0-9]{8}\.\w+$/);
    expect(response.headers.get("cache-control")).toContain("immutable");
  }
});

test("every page has a policy without unsafe-inline, and nothing inline", async () => {
  for (const path of ["/", "/northwind", "/northwind/orders", "/northwind/orders/1", "/nothing"]) {
    const response = await get(path);
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy, path).toContain("default-src 'none'");
    expect(policy, path).not.toContain("unsafe");
    const page = await response.text();
    expect(page, path).not.toMatch(/<style|<script(?![^>]* src=)|\sstyle=|\son[a-z]+=/);
  }
});
