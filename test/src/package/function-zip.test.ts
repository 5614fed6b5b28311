import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { functionPackage } from "../../../src/package/function-zip.ts";

let folder: string;
let runtime: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dsl-function-"));
  runtime = join(folder, "lambda");
  mkdirSync(join(runtime, "static"), { recursive: true });
  writeFileSync(join(runtime, "index.cjs"), "exports.handler = () => {};");
  writeFileSync(join(runtime, "index.cjs.map"), "{}");
  writeFileSync(join(runtime, "static", "site.css"), "body {}");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function database(name: string, content: string) {
  const file = join(folder, name);
  writeFileSync(file, content);
  return { file, sha256: createHash("sha256").update(content).digest("hex") };
}

describe("functionPackage", () => {
  test("contains the runtime and its static files, without the source map", async () => {
    const zip = join(folder, "code.zip");
    const bytes = await (await functionPackage(null, [], runtime)).build(zip);
    expect(bytes).toBe(readFileSync(zip).length);
    expect(Object.keys(unzipSync(readFileSync(zip)))).toEqual(["index.cjs", "static/site.css"]);
  });

  test("contains the manifest and each database once when they are embedded", async () => {
    const zip = join(folder, "code.zip");
    const shop = database("shop.db", "shop");
    const site = { manifest: Buffer.from("{}"), databases: [shop, shop, database("b.db", "b")] };
    await (await functionPackage(site, [], runtime)).build(zip);
    const files = unzipSync(readFileSync(zip));
    expect(Object.keys(files)).toHaveLength(5);
    expect(Buffer.from(files[`databases/${shop.sha256}.db`]!).toString()).toBe("shop");
    expect(Buffer.from(files["manifest.json"]!).toString()).toBe("{}");
  });

  test("contains the site's own files, with other digests for other names and contents", async () => {
    const zip = join(folder, "code.zip");
    const files = (name: string, content: string) => [
      { mount: "assets", name, content: Buffer.from(content) },
    ];
    const own = await functionPackage(null, files("assets/a.css", "a {}"), runtime);
    await own.build(zip);
    const packed = unzipSync(readFileSync(zip));
    expect(Buffer.from(packed["mounts/assets/a.css"]!).toString()).toBe("a {}");
    const without = await functionPackage(null, [], runtime);
    expect(own.codeSize).toBe(without.codeSize + 4);
    const renamed = await functionPackage(null, files("assets/b.css", "a {}"), runtime);
    const changed = await functionPackage(null, files("assets/a.css", "b {}"), runtime);
    const digests = [own, without, renamed, changed].map(({ digest }) => digest);
    expect(new Set(digests).size).toBe(4);
  });

  test("has the same digest and bytes for the same inputs", async () => {
    const site = { manifest: Buffer.from("{}"), databases: [database("shop.db", "shop")] };
    const [first, second] = [join(folder, "1.zip"), join(folder, "2.zip")];
    const [one, two] = [
      await functionPackage(site, [], runtime),
      await functionPackage(site, [], runtime),
    ];
    await one.build(first);
    await two.build(second);
    expect(one.digest).toBe(two.digest);
    expect(readFileSync(first).equals(readFileSync(second))).toBe(true);
  });

  test("has another digest when code, a file's name, the manifest or a database changes", async () => {
    const shop = database("shop.db", "shop");
    const site = { manifest: Buffer.from("{}"), databases: [shop] };
    const digests = [
      await functionPackage(null, [], runtime),
      await functionPackage(site, [], runtime),
    ];
    digests.push(await functionPackage({ ...site, manifest: Buffer.from("[]") }, [], runtime));
    digests.push(await functionPackage({ ...site, databases: [database("c", "c")] }, [], runtime));
    writeFileSync(join(runtime, "static", "more.css"), "body {}");
    digests.push(await functionPackage(site, [], runtime));
    writeFileSync(join(runtime, "index.cjs"), "changed");
    digests.push(await functionPackage(site, [], runtime));
    expect(new Set(digests.map(({ digest }) => digest)).size).toBe(digests.length);
  });

  test("says what to do when the runtime was not built", async () => {
    await expect(functionPackage(null, [], join(folder, "nothing"))).rejects.toMatchObject({
      code: "not_built",
      hint: "npm run build",
    });
  });
});
