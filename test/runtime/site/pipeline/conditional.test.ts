import { afterAll, describe, expect, test } from "vitest";
import { answer } from "../../../../runtime/site/http/answer.ts";
import { conditional } from "../../../../runtime/site/pipeline/conditional.ts";
import { fetchPath } from "../fetch-app.ts";
import { temporarySite } from "../temporary-site.ts";

const WEAK = 'W/"a"';
const STRONG = '"a"';

function statusFor(etag: string | null, fields: Record<string, string>, method = "GET"): number {
  const headers = new Headers(fields);
  return conditional({ method, headers }, answer("x", etag === null ? {} : { etag })).status;
}

/** https://httpwg.org/specs/rfc9110.html#section-13.1 and its table of comparisons in 8.8.3.2 */
describe("A condition", () => {
  test.each<[field: string, value: string, etag: string | null, status: number]>([
    ["if-none-match", STRONG, STRONG, 304],
    ["if-none-match", WEAK, WEAK, 304],
    ["if-none-match", STRONG, WEAK, 304],
    ["if-none-match", WEAK, STRONG, 304],
    ["if-none-match", '"b"', STRONG, 200],
    ["if-none-match", '"b", W/"a" , "c"', WEAK, 304],
    ["if-none-match", '"b,\\"a', STRONG, 200],
    ["if-none-match", '"x,"a",y"', STRONG, 200],
    ["if-none-match", "a", STRONG, 200],
    ["if-none-match", "", STRONG, 200],
    ["if-none-match", "*", STRONG, 304],
    ["if-none-match", " * ", null, 304],
    ["if-none-match", STRONG, null, 200],
    ["if-match", STRONG, STRONG, 200],
    ["if-match", WEAK, WEAK, 412],
    ["if-match", STRONG, WEAK, 412],
    ["if-match", WEAK, STRONG, 412],
    ["if-match", '"b"', STRONG, 412],
    ["if-match", '"b", "a"', STRONG, 200],
    ["if-match", "*", STRONG, 200],
    ["if-match", "*", null, 200],
    ["if-match", STRONG, null, 412],
    // Dates do not decide.
    ["if-modified-since", "Sat, 29 Oct 2050 19:43:31 GMT", STRONG, 200],
    ["if-unmodified-since", "Sat, 29 Oct 1994 19:43:31 GMT", STRONG, 200],
    ["if-range", STRONG, STRONG, 200],
  ])("%s: %s of an answer with %s gives %i", (field, value, etag, status) => {
    expect(statusFor(etag, { [field]: value })).toBe(status);
    expect(statusFor(etag, { [field]: value }, "HEAD")).toBe(status);
  });

  test("If-Match comes before If-None-Match", () => {
    expect(statusFor(STRONG, { "if-match": '"b"', "if-none-match": STRONG })).toBe(412);
    expect(statusFor(STRONG, { "if-match": STRONG, "if-none-match": STRONG })).toBe(304);
  });

  test.each(["POST", "OPTIONS"])("does not count for %s", (method) => {
    expect(statusFor(STRONG, { "if-none-match": "*" }, method)).toBe(200);
  });

  test.each([302, 400, 403, 404, 500])("does not count for an answer with status %i", (status) => {
    const headers = new Headers({ "if-none-match": "*", "if-match": '"b"' });
    const given = answer("x", { etag: STRONG }, status);
    expect(conditional({ method: "GET", headers }, given)).toBe(given);
  });

  test("leaves of a 304 what caches need, and nothing about the content", () => {
    const given = answer("x", {
      etag: STRONG,
      "cache-control": "max-age=5",
      vary: "Accept-Encoding",
      "access-control-allow-origin": "*",
      "content-type": "text/html",
      "content-length": "1",
      link: "</a>",
    });
    const headers = new Headers({ "if-none-match": STRONG });
    expect(conditional({ method: "GET", headers }, given)).toEqual({
      status: 304,
      body: null,
      headers: {
        etag: STRONG,
        "cache-control": "max-age=5",
        vary: "Accept-Encoding",
        "access-control-allow-origin": "*",
      },
    });
  });
});

describe("On a published site", () => {
  const rows =
    "with recursive n(i) as (values (1) union all select i + 1 from n where i < 60000) insert into";
  const site = temporarySite(
    `create table t (id integer primary key, a text, b text); ${rows} t select i, i % 7, i from n;`,
    {
      version: 3,
      config: {
        config: { databases: { data: { queries: { secret: { sql: "select 1", allow: false } } } } },
        settings: { facet_time_limit_ms: "1", suggest_facets: "off" },
      },
    },
  );
  afterAll(() => site.close());

  test.each([
    ["/nope", 404],
    ["/data/nope", 404],
    ["/data/secret", 403],
    ["/data/t?_sort=nope", 400],
  ])("%s is a %i whatever the browser says it has", async (path, status) => {
    expect((await site.get(path, { "if-none-match": "*" })).status).toBe(status);
    expect((await site.get(path, { "if-none-match": 'W/"x"', "if-match": '"y"' })).status).toBe(
      status,
    );
  });

  test.each(["/data/t.json", "/data/t", "/data.db"])(
    "%s is not sent twice, and its 304 can be kept as long",
    async (path) => {
      const first = await fetchPath(site.app, path);
      await first.arrayBuffer();
      const etag = first.headers.get("etag") ?? "";
      for (const method of ["GET", "HEAD"]) {
        const headers = new Headers({ host: "localhost", "if-none-match": etag });
        const again = await fetchPath(site.app, path, { method, headers });
        expect([again.status, again.headers.get("etag")]).toEqual([304, etag]);
        expect(again.headers.get("cache-control")).toBe(first.headers.get("cache-control"));
        expect(again.headers.get("vary")).toBe(first.headers.get("vary"));
      }
    },
  );

  test("an answer with a facet that took too long has no ETag and is not kept", async () => {
    const cut = await site.get("/data/t.json?_facet=b&_facet=a&_extra=facet_results");
    const { facet_results: facets } = (await cut.json()) as {
      facet_results: { timed_out: string[] };
    };
    expect(facets.timed_out).not.toEqual([]);
    expect([cut.headers.get("etag"), cut.headers.get("cache-control")]).toEqual([null, "no-store"]);
  });
});
