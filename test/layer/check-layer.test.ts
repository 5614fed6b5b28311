import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkLayer } from "../../layer/check-layer.ts";
import { buildLayerZip, nodeCpu } from "../../src/package/layer-zip.ts";

const architecture = process.arch === "arm64" ? "arm64" : "x86_64";
const cpu = nodeCpu(architecture);
const GUARD = "nodejs/node_modules/dsl-guard/guard.so";
const { PATH } = process.env;

let cache: string;
let layer: string;

beforeAll(async () => {
  cache = mkdtempSync(join(tmpdir(), "dsl-layer-"));
  process.env.DSL_CACHE = cache;
  layer = (await buildLayerZip(architecture)).path;
});
afterAll(() => {
  delete process.env.DSL_CACHE;
  rmSync(cache, { recursive: true, force: true });
});

function withGuard(guard: Buffer | null): string {
  const files: Record<string, Uint8Array> = unzipSync(readFileSync(layer));
  if (guard === null) delete files[GUARD];
  else files[GUARD] = guard;
  const path = join(cache, "changed.zip");
  writeFileSync(path, zipSync(files, { level: 1 }));
  return path;
}

describe("checkLayer", () => {
  test("loads the layer and queries with it, as Lambda's Node would", async () => {
    expect(await checkLayer(layer, cpu)).toEqual({
      node: expect.stringMatching(/^24\./),
      sqlite: expect.stringMatching(/^3\./),
      emulated: false,
    });
  });

  test("fails when the guard cannot be loaded", async () => {
    await expect(checkLayer(withGuard(Buffer.from("nonsense")), cpu)).rejects.toMatchObject({
      code: "layer_fails",
      message: expect.stringMatching(
        /^The layer for \w+ was built, but a query with it fails: SqliteError: \S/,
      ),
    });
  });

  test("fails when there is no guard", async () => {
    await expect(checkLayer(withGuard(null), cpu)).rejects.toMatchObject({
      code: "layer_fails",
      message: expect.stringContaining("dsl-guard/guard.so is not on NODE_PATH"),
    });
  });

  test("says what is missing when it cannot run the other CPU's programs", async () => {
    process.env.PATH = cache;
    const other = cpu === "x64" ? "arm64" : "x64";
    try {
      expect(await checkLayer(layer, other)).toEqual({
        reason: expect.stringMatching(/^qemu-\w+-static is not installed$/),
        hint: expect.stringContaining("qemu-user-static"),
      });
    } finally {
      process.env.PATH = PATH;
    }
  });
});
