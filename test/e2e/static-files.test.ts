import { mkdirSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

/** More than Lambda lets through. */
const FILM = Buffer.alloc(7_000_000, 200);

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
  writeItems(join(rehearsal.folder, "shop.db"), 50);
  mkdirSync(join(rehearsal.folder, "public", "img"), { recursive: true });
  write("public/site.css", "body { color: red }");
  write("public/img/logo.png", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 255]));
  write("public/film.mp4", FILM);
  write("public/.env", "secret");
  write("secret.txt", "secret");
  write("config.yaml", "extra_css_urls: [/assets/site.css]");
});
afterAll(() => rehearsal.end());

function write(name: string, content: string | Buffer): void {
  writeFileSync(join(rehearsal.folder, name), content);
}

/** GET of a path as it is: `fetch` would resolve the dots. */
async function statusOf(url: string, path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on("error", reject)
      .end();
  });
}

test.each(["embed", "s3"])("static files are published with %s storage", async (storage) => {
  const site = [`files-${storage}`, "shop.db", "--storage", storage];
  const withFiles = [...site, "--static", "assets:public", "--config", "config.yaml", "--cors"];
  const url = String((await rehearsal.update(...withFiles)).url);
  const get = (path: string, headers = {}) => fetch(new URL(path, url), { headers });

  expect(await (await get("/shop/items")).text()).toContain('href="/assets/site.css"');
  const css = await get("/assets/site.css");
  expect([css.status, css.headers.get("content-type")]).toEqual([200, "text/css; charset=utf-8"]);
  expect(await css.text()).toBe("body { color: red }");
  const etag = css.headers.get("etag") ?? "";
  expect((await get("/assets/site.css", { "if-none-match": etag })).status).toBe(304);
  const logo = Buffer.from(await (await get("/assets/img/logo.png")).arrayBuffer());
  expect(logo).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 255]));
  const film = await get("/assets/film.mp4", { origin: "https://elsewhere.example" });
  expect([film.redirected, film.headers.get("content-type")]).toEqual([true, "video/mp4"]);
  expect(film.headers.get("access-control-allow-origin")).toBe("*");
  expect(Buffer.from(await film.arrayBuffer()).equals(FILM)).toBe(true);
  for (const path of [
    ...[
      "/assets/.env",
      "/assets/nothing.css",
      "/assets/%2e%2e/manifest.json",
      "/assets/../index.cjs",
    ],
    ...["/assets/..%2F..%2Findex.cjs", "/assets/%2e%2e%2f%2e%2e%2findex.cjs", "/assets/img"],
  ]) {
    expect([path, await statusOf(url, path)]).toEqual([path, 404]);
  }

  const same = await rehearsal.update(...withFiles);
  expect(same).toMatchObject({ changed: false, package_bytes_uploaded: 0 });

  write("public/site.css", `body { color: ${storage === "s3" ? "blue" : "green"} }`);
  const changed = await rehearsal.update(...withFiles);
  expect(changed).toMatchObject({ changed: true, version: 1, blocks_uploaded: 0, url });
  expect(changed.package_bytes_uploaded).toBeGreaterThan(0);
  expect(await (await get("/assets/site.css")).text()).not.toContain("red");
  write("public/site.css", "body { color: red }");

  const refused = await rehearsal.events("update-stack", ...site);
  expect(refused.events.at(-1)).toMatchObject({
    code: "confirmation_needed",
    message: expect.stringMatching(
      /the configuration will be removed, and the static files below \/assets\/ will be removed/,
    ),
  });
  expect((await get("/assets/site.css")).status).toBe(200);
  await rehearsal.update(...site, "--yes");
  expect((await get("/assets/site.css")).status).toBe(404);
});

test.each([
  ["a directory that is missing", "assets:nothing", /nothing is not a directory/],
  ["a file", "assets:shop.db", /shop\.db is not a directory/],
  ["no mount", "public", /MOUNT:DIR/],
  ["a mount above the site", "../x:public", /"\.\.\/x" is not a path/],
  ["a mount that hides a database", "shop:public", /would hide .* database shop/],
  ["a mount that hides the site's pages", "-/x:public", /would hide the site's own pages/],
])("%s is refused before anything is done", async (_, mount, sentence) => {
  const run = await rehearsal.dsl("update-stack", "refused", "shop.db", "--static", mount);
  expect([run.exitCode, run.stdout]).toEqual([2, ""]);
  expect(run.stderr).toMatch(sentence);
});

test("a link to the outside is refused, with its name", async () => {
  const link = join(rehearsal.folder, "public", "link.txt");
  symlinkSync("../secret.txt", link);
  const run = await rehearsal.dsl("update-stack", "refused", "shop.db", "--static", "a:public");
  unlinkSync(link);
  expect([run.exitCode, run.stdout]).toEqual([1, ""]);
  expect(run.stderr).toMatch(/public\/link\.txt is a link to .*secret\.txt, outside of .*public\n/);
});
