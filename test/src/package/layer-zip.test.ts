import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { unzipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { buildLayerZip } from "../../../src/package/layer-zip.ts";

const own = process.arch === "arm64" ? "arm64" : "x86_64";
let cache: string;

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "dsl-layer-"));
  process.env.DSL_CACHE = cache;
});
afterEach(() => {
  delete process.env.DSL_CACHE;
  rmSync(cache, { recursive: true, force: true });
});

describe("buildLayerZip", () => {
  test("contains one SQLite binary and the guard where Lambda's NODE_PATH finds them", async () => {
    const layer = await buildLayerZip(own);
    const names = Object.keys(unzipSync(readFileSync(layer.path)));
    expect(names).toContain("nodejs/node_modules/better-sqlite3/package.json");
    expect(names).toContain("nodejs/node_modules/better-sqlite3/lib/index.js");
    expect(names).toContain("nodejs/node_modules/dsl-guard/guard.so");
    expect(names.filter((name) => name.endsWith(".node")).map((name) => basename(name))).toEqual([
      `linux-${process.arch}.node`,
    ]);
    expect(layer.size).toBeLessThan(3_000_000);
  });

  test("has the same bytes when it is built again in another cache", async () => {
    const first = await buildLayerZip(own);
    process.env.DSL_CACHE = join(cache, "another");
    const second = await buildLayerZip(own);
    expect(second.path).not.toBe(first.path);
    expect(second.sha256).toBe(first.sha256);
    expect(sha256(readFileSync(second.path))).toBe(second.sha256);
  });
});

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
