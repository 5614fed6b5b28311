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

  const FORWARDED = {
    "x-forwarded-proto": "https, http",
    "x-forwarded-host": "www.example.com, internal",
  };

  test("do not follow X-Forwarded-*, which anybody can send", async () => {
    const answer = await published.get("/data/t?_size=1", FORWARDED);
    expect(await answer.text()).not.toContain("www.example.com");
    expect(answer.headers.get("link")).not.toContain("www.example.com");
    expect(await nextUrl(FORWARDED)).toBe("http://localhost/data/t.json?_size=1&_next=1");
  });

  test("follow X-Forwarded-* where the setting says so; the first of each counts", async () => {
    const proxied = temporarySite(SQL, {
      config: { settings: { trust_forwarded_headers: "on" } },
    });
    try {
      const answer = await proxied.get("/data/t.json?_size=1", FORWARDED);
      const { next_url: next } = (await answer.json()) as { next_url: string };
      expect(next).toBe("https://www.example.com/data/t.json?_size=1&_next=1");
      expect(answer.headers.get("strict-transport-security")).toContain("max-age=");
    } finally {
      proxied.close();
    }
  });

  test.each(['a"><script>', "a.example/path", "a b", "a.example:x"])(
    "have no host that is none: %s",
    async (host) => {
      const answer = await fetchPath(published.app, "/data/t.json?_size=1", {
        headers: { get: (name: string) => (name === "host" ? host : null) } as Headers,
      });
      expect(((await answer.json()) as { next_url: string }).next_url).toMatch(
        /^http:\/\/localhost\//,
      );
    },
  );

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

describe("Redirects", () => {
  test.each([
    ["//evil.example/", "/evil.example"],
    ["///evil.example/", "/evil.example"],
    ["/\\evil.example/", "/evil.example"],
    ["//evil.example/%2e%2e", "/evil~2Eexample/~2e~2e"],
    ["/%2Fevil.example/", "/~2Fevil~2Eexample/"],
  ])("%s leads to %s, not to another site", async (path, location) => {
    const answer = await fetchPath(published.app, path);
    expect([answer.status, answer.headers.get("location")]).toEqual([302, location]);
  });
});

describe("What an answer may be used for", () => {
  test.each([
    "/",
    "/data/t",
    "/data/t.json",
    "/data/t.csv",
    "/nope",
    "/data.db",
    "/-/versions.json",
  ])("is said with %s", async (path) => {
    const { headers } = await published.get(path);
    expect([
      headers.get("x-content-type-options"),
      headers.get("referrer-policy"),
      headers.get("cross-origin-opener-policy"),
      headers.get("cross-origin-resource-policy"),
      headers.get("strict-transport-security"),
    ]).toEqual(["nosniff", "no-referrer", "same-origin", "same-origin", null]);
  });

  test("over TLS browsers are told to stay with TLS", async () => {
    const { headers } = await published.app({
      method: "GET",
      url: "/",
      headers: new Headers({ host: "a.example" }),
      isSecure: true,
    });
    expect(headers["strict-transport-security"]).toBe("max-age=63072000");
  });
});

describe("Header fields made of names and addresses", () => {
  const odd = temporarySite(
    `create table "a; filename=""x.exe" (id integer); create table "日本" (b blob, id integer primary key);
     insert into "日本" values (x'ff', 1);`,
  );
  afterAll(() => odd.close());

  test.each([
    [
      "/data/a;~20filename=~22x~2Eexe.csv?_dl=1",
      "attachment; filename=\"a_~20filename=~22x~2Eexe.csv\"; filename*=UTF-8''a%3B~20filename%3D~22x~2Eexe.csv",
    ],
    [
      "/data/日本.csv?_dl=1",
      "attachment; filename=\"__.csv\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.csv",
    ],
    ["/data/~E6~97~A5~E6~9C~AC.csv?_dl=1", 'attachment; filename="~E6~97~A5~E6~9C~AC.csv"'],
  ])("%s is saved under a name that says one thing", async (path, expected) => {
    const answer = await fetchPath(odd.app, path);
    expect([answer.status, answer.headers.get("content-disposition")]).toEqual([200, expected]);
  });

  test("Link has only characters that a URL has", async () => {
    const path = '/data/t?_size=1&a="><é\\';
    const link = (await fetchPath(published.app, path)).headers.get("link") ?? "";
    for (const value of link.split(", ")) {
      expect(value).toMatch(
        /^<[\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a~]+>; rel="\w+"(; type="[\w/+]+")?$/,
      );
    }
  });

  test.each([
    ["99999999999999999999999999", "max-age=2147483648"],
    ["60", "max-age=60"],
    ["0", "no-cache"],
  ])("_ttl=%s is %s", async (ttl, expected) => {
    const { headers } = await published.get(`/data/t.json?_ttl=${ttl}`);
    expect(headers.get("cache-control")).toBe(expected);
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
      expect(answer.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
    }
  } finally {
    site.close();
  }
});
