import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { fetchFrom, fetchPath } from "./fetch-app.ts";
import { temporarySite } from "./temporary-site.ts";

const outside = mkdtempSync(join(tmpdir(), "dsl-mounted-"));
const directory = join(outside, "public");
const FILES: Record<string, string | Uint8Array> = {
  "public/site.css": "body { color: red }",
  "public/ä b+c%.txt": "a name",
  "public/docs/index.html": "<h1>Docs</h1>",
  "public/logo.png": Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 255),
  "public/large.js": "// a line that repeats\n".repeat(500),
  "public/huge.bin": new Uint8Array(1024 * 1024 + 1).fill(7),
  "public/thing.unheard-of": "?",
  "public/.env": "secret",
  "public/.git/config": "secret",
  "secret.txt": "secret",
  "public-too/secret.txt": "secret",
};
for (const folder of ["public/docs", "public/.git", "public-too"]) {
  mkdirSync(join(outside, folder), { recursive: true });
}
for (const [name, content] of Object.entries(FILES)) writeFileSync(join(outside, name), content);
symlinkSync("../secret.txt", join(directory, "link.txt"));
symlinkSync("site.css", join(directory, "same.css"));

const mounts = [
  { mount: "assets", directory },
  { mount: "pub.lic/all", directory },
  { mount: "gone", directory: join(outside, "gone") },
];
const published = temporarySite("create table t (id)", { version: 1, mounts });
const prefixed = temporarySite("create table t (id)", {
  mounts,
  config: {
    settings: { base_url: "/site/", default_cache_ttl: "0" },
    flags: { cors: true, crossdb: false, defaultDeny: true },
  },
});
afterAll(() => {
  published.close();
  prefixed.close();
  rmSync(outside, { recursive: true });
});

describe("a file", () => {
  test("is served as what its name says", async () => {
    const typeOf = async (path: string) => {
      const answer = await published.get(`/assets/${path}`);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
      return answer.headers.get("content-type");
    };
    expect(await typeOf("site.css")).toBe("text/css; charset=utf-8");
    expect(await typeOf("large.js")).toBe("text/javascript; charset=utf-8");
    expect(await typeOf("logo.png")).toBe("image/png");
    expect(await typeOf("thing.unheard-of")).toBe("application/octet-stream");
  });

  test("is served byte for byte, also when it is large", async () => {
    for (const name of ["logo.png", "huge.bin"]) {
      const bytes = await (await published.get(`/assets/${name}`)).bytes();
      expect(Buffer.from(bytes).equals(FILES[`public/${name}`] as Uint8Array)).toBe(true);
    }
    const huge = await published.get("/assets/huge.bin");
    expect(huge.headers.get("content-length")).toBe("1048577");
  });

  test("is found below a mount with slashes, by an encoded name, through a link inside", async () => {
    for (const path of ["/pub.lic/all/site.css", "/assets/same.css"]) {
      expect(await (await published.get(path)).text()).toBe("body { color: red }");
    }
    expect(await (await published.get("/assets/%C3%A4%20b+c%25.txt")).text()).toBe("a name");
  });

  test("of a folder is its index.html", async () => {
    expect(await (await published.get("/assets/docs/")).text()).toBe("<h1>Docs</h1>");
    expect((await published.get("/assets/docs")).status).toBe(404);
    expect((await published.get("/assets/")).status).toBe(404);
  });

  test("is kept as long as the site's pages are, and asked for again with its ETag", async () => {
    for (const name of ["site.css", "huge.bin"]) {
      const { headers } = await published.get(`/assets/${name}`);
      expect(headers.get("cache-control")).toBe("max-age=5");
      const etag = headers.get("etag") ?? "";
      expect(etag).toMatch(/^W\/"[\w-]{22}"$/);
      const again = await published.get(`/assets/${name}`, { "if-none-match": etag });
      expect([again.status, await again.text()]).toEqual([304, ""]);
      expect(again.headers.get("etag")).toBe(etag);
    }
    const longer = await published.get("/assets/site.css?_ttl=86400");
    expect(longer.headers.get("cache-control")).toBe("max-age=86400");
  });

  test("has another ETag when its content is another, whatever its date", async () => {
    const path = join(directory, "changing.css");
    const tagOf = async (content: string) => {
      writeFileSync(path, content);
      return (await published.get("/assets/changing.css")).headers.get("etag");
    };
    const first = await tagOf("a {}");
    expect(await tagOf("b {}")).not.toBe(first);
    expect(await tagOf("a {}")).toBe(first);
  });

  test("is compressed where that pays, and HEAD says the same without the content", async () => {
    const headers = { "accept-encoding": "br" };
    const answer = await published.get("/assets/large.js", headers);
    expect(answer.headers.get("content-encoding")).toBe("br");
    expect(answer.headers.get("vary")).toBe("Accept-Encoding");
    for (const name of ["site.css", "huge.bin"]) {
      const url = `http://localhost/assets/${name}`;
      const head = await fetchFrom(published.app, new Request(url, { method: "HEAD" }));
      const get = await published.get(`/assets/${name}`);
      expect([head.status, await head.text()]).toEqual([200, ""]);
      expect([...head.headers]).toEqual([...get.headers]);
      await get.body?.cancel();
    }
  });

  test("cannot be written to", async () => {
    const request = new Request("http://localhost/assets/site.css", { method: "POST" });
    expect((await fetchFrom(published.app, request)).status).toBe(405);
  });

  test("is served below base_url, to other sites with --cors, whatever else may be seen", async () => {
    const answer = await prefixed.get("/site/assets/site.css");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.headers.get("cache-control")).toBe("no-cache");
    expect((await prefixed.get("/site/data")).status).toBe(403);
  });
});

describe("what is not a file below the mount", () => {
  test.each([
    ["is missing", "/assets/nothing.css"],
    ["is missing, with an encoded name", "/assets/no%20thing.css"],
    ["is hidden", "/assets/.env"],
    ["is in a hidden folder", "/assets/.git/config"],
    ["is hidden, with an encoded name", "/assets/%2egit/config"],
    ["is a link to the outside", "/assets/link.txt"],
    ["is above", "/assets/..%2Fsecret.txt"],
    ["is above, with an encoded slash and dots", "/assets/%2e%2e%2fsecret.txt"],
    ["is above, with a backslash", "/assets/..%5Csecret.txt"],
    ["is in a folder with a similar name", "/assets/..%2Fpublic-too%2Fsecret.txt"],
    ["has an encoded slash", "/assets/docs%2Findex.html"],
    ["has an empty name in it", "/assets//site.css"],
    ["has a zero byte in it", "/assets/site.css%00"],
    ["has a broken escape in it", "/assets/%E4%"],
    ["goes on below a file", "/assets/site.css/more"],
    ["is in a directory that is gone", "/gone/site.css"],
  ])("is a 404 when it %s", async (_, path) => {
    const answer = await published.get(path);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([
      404,
      "text/html; charset=utf-8",
    ]);
    expect(await answer.text()).not.toBe("secret");
  });

  test("is never served, whatever the path is", async () => {
    const part = fc.constantFrom(
      ...["..", ".", "%2e", "%2E%2e", "/", "%2f", "%5c", "\\", "%00", "secret.txt", "public"],
      ...["public-too", ".env", ".git", "config", "link.txt", "%", "//", "%252e%252e", "docs"],
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 8 }), async (parts) => {
        // As an event of API Gateway has it: not made shorter as a URL would be.
        const answer = await fetchPath(published.app, `/assets/${parts.join("")}`);
        expect(await answer.text()).not.toBe("secret");
      }),
      { numRuns: 500 },
    );
  });

  test("leaves other pages alone", async () => {
    expect((await published.get("/data/t.json")).status).toBe(200);
    expect((await published.get("/assetsx/site.css")).status).toBe(404);
    expect((await published.get("/pubXlic/all/site.css")).status).toBe(404);
    expect((await published.get("/a%20b")).status).toBe(302);
  });
});
