import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { fetchPath } from "./fetch-app.ts";
import { temporarySite } from "./temporary-site.ts";

const SQL = `
  create table t (id integer primary key, name text);
  with recursive n(i) as (values (1) union all select i + 1 from n where i < 200)
    insert into t select i, 'a name that repeats, number ' || i from n;
  create view v as select *, datetime('now') as now from t;
`;

const published = temporarySite(SQL, { version: 7 });
const served = temporarySite(SQL, { config: { settings: { base_url: "/site/" } } });
afterAll(() => {
  published.close();
  served.close();
});

describe("ETags", () => {
  test("a browser that has the answer gets 304, without content", async () => {
    const first = await published.get("/data/t.json");
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^W\/"[\w-]{22}"$/);
    const second = await published.get("/data/t.json", { "if-none-match": `"other", ${etag}` });
    expect(second.status).toBe(304);
    expect(await second.text()).toBe("");
    expect(second.headers.get("etag")).toBe(etag);
  });

  test("other URLs, hosts and versions have others", async () => {
    const tagOf = async (path: string, headers = {}) =>
      (await published.get(path, headers)).headers.get("etag");
    const tags = [
      await tagOf("/data/t.json"),
      await tagOf("/data/t"),
      await tagOf("/data/t.json?id=1"),
      await tagOf("/data/t.json", { host: "elsewhere" }),
    ];
    published.site.version = 8;
    tags.push(await tagOf("/data/t.json"));
    published.site.version = 7;
    expect(tags).not.toContain(null);
    expect(new Set(tags).size).toBe(tags.length);
  });

  test("what may change within a version has none", async () => {
    for (const path of [
      "/data/v.json",
      "/data/-/query.json?sql=select+random()",
      "/-/status.json",
    ]) {
      const answer = await published.get(path);
      expect([path, answer.status, answer.headers.get("etag")]).toEqual([path, 200, null]);
    }
    expect((await served.get("/site/data/t.json")).headers.get("etag")).toBeNull();
  });

  test("errors have none", async () => {
    expect((await published.get("/data/t.json?_sort=nope")).headers.get("etag")).toBeNull();
  });
});

describe("Compression", () => {
  test.each([
    ["br", brotliDecompressSync],
    ["gzip", gunzipSync],
  ])("%s, when it is asked for", async (encoding, decompress) => {
    const plain = await published.get("/data/t.json");
    expect(plain.headers.get("content-encoding")).toBeNull();
    expect(plain.headers.get("vary")).toBe("Accept-Encoding");
    const answer = await published.get("/data/t.json", { "accept-encoding": encoding });
    expect(answer.headers.get("content-encoding")).toBe(encoding);
    const compressed = Buffer.from(await answer.arrayBuffer());
    expect(decompress(compressed).toString()).toBe(await plain.text());
  });

  test("a quality of 0 is a refusal", async () => {
    const answer = await published.get("/data/t.json", { "accept-encoding": "br;q=0, gzip;q=0" });
    expect(answer.headers.get("content-encoding")).toBeNull();
  });

  test("small answers stay as they are", async () => {
    const answer = await published.get("/data/t/1.json", { "accept-encoding": "br" });
    expect(answer.headers.get("content-encoding")).toBeNull();
  });
});

describe("Absolute URLs", () => {
  const nextUrl = async (headers: Record<string, string>) => {
    const answer = await published.get("/data/t.json?_size=1", headers);
    return ((await answer.json()) as { next_url: string }).next_url;
  };

  test("follow Host", async () => {
    expect(await nextUrl({ host: "data.example:8080" })).toBe(
      "http://data.example:8080/data/t.json?_size=1&_next=1",
    );
  });

  test("follow X-Forwarded-*, of which the first counts", async () => {
    expect(
      await nextUrl({
        "x-forwarded-proto": "https, http",
        "x-forwarded-host": "www.example.com, internal",
      }),
    ).toBe("https://www.example.com/data/t.json?_size=1&_next=1");
  });

  test("begin with base_url", async () => {
    const answer = await served.get("/site/data/t.json?_size=1&_facet=name");
    const body = (await answer.json()) as {
      next_url: string;
      facet_results: { results: { name: { toggle_url: string } } };
    };
    expect(body.next_url).toBe("http://localhost/site/data/t.json?_size=1&_facet=name&_next=1");
    expect(body.facet_results.results.name.toggle_url).toBe("/site/data/t.json?_size=1");
  });
});

describe("Methods", () => {
  const send = (method: string, path: string) => fetchPath(published.app, path, { method });

  test("HEAD is GET without the content", async () => {
    const answer = await send("HEAD", "/data/t.json");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(await answer.text()).toBe("");
  });

  test("OPTIONS names what is allowed", async () => {
    expect((await send("OPTIONS", "/data")).headers.get("allow")).toBe("HEAD, GET");
  });

  test.each(["POST", "PUT", "PATCH", "DELETE"])("%s is not allowed", async (method) => {
    for (const path of ["/", "/data", "/data/t", "/data/t/1.json", "/data/-/query.json"]) {
      expect([path, (await send(method, path)).status]).toEqual([path, 405]);
    }
  });
});

test("with cors every answer may be read by other sites", async () => {
  const site = temporarySite(SQL, {
    config: { flags: { cors: true, crossdb: false, defaultDeny: false } },
  });
  try {
    for (const path of [
      "/",
      "/data/t.json",
      "/data/t.csv",
      "/data/nope.json",
      "/-/versions.json",
    ]) {
      const answer = await site.get(path);
      expect([path, answer.headers.get("access-control-allow-origin")]).toEqual([path, "*"]);
    }
  } finally {
    site.close();
  }
});
