import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verifyLayer } from "../../layer/verify-layer.ts";
import { buildLayerZip, nodeCpu } from "../../src/package/layer-zip.ts";
import { packageRoot } from "../../src/paths.ts";

const architecture = process.arch === "arm64" ? "arm64" : "x86_64";
const cpu = nodeCpu(architecture);
const GUARD = "nodejs/node_modules/dsl-guard/guard.so";

let cache: string;
let good: Buffer;

beforeAll(async () => {
  cache = mkdtempSync(join(tmpdir(), "dsl-layer-"));
  process.env.DSL_CACHE = cache;
  good = readFileSync((await buildLayerZip(architecture)).path);
});
afterAll(() => {
  delete process.env.DSL_CACHE;
  rmSync(cache, { recursive: true, force: true });
});

/** The good layer with other files; null removes one. */
function changed(files: Record<string, Buffer | null>): Buffer {
  const all: Record<string, Uint8Array> = unzipSync(good);
  for (const [name, content] of Object.entries(files)) {
    if (content === null) delete all[name];
    else all[name] = content;
  }
  return Buffer.from(zipSync(all, { level: 1 }));
}

describe("verifyLayer", () => {
  test("accepts the layer that is built", () => {
    expect(verifyLayer(good, cpu)).toMatchObject({ glibc: "2.34" });
  });

  test("misses a file", () => {
    const zip = changed({ "nodejs/node_modules/better-sqlite3/lib/index.js": null });
    expect(() => verifyLayer(zip, cpu)).toThrow("better-sqlite3/lib/index.js is missing");
  });

  test("finds a file where Lambda would not look", () => {
    const zip = changed({ "node_modules/better-sqlite3/index.js": Buffer.from("") });
    expect(() => verifyLayer(zip, cpu)).toThrow("would not be found below /opt");
  });

  test("finds a binary for the other CPU", () => {
    const other = cpu === "x64" ? "arm64" : "x64";
    const binary = join(packageRoot, `node_modules/better-sqlite3/prebuilds/linux-${other}.node`);
    const zip = changed({ [GUARD]: readFileSync(binary) });
    expect(() => verifyLayer(zip, cpu)).toThrow(`${GUARD} is for ${other}, not ${cpu}`);
  });

  test("finds a binary of another system", () => {
    const zip = changed({ [GUARD]: Buffer.from("\xcf\xfa\xed\xfe Mach-O", "latin1") });
    expect(() => verifyLayer(zip, cpu)).toThrow(`${GUARD} is not a Linux binary`);
  });

  test("finds a binary that was made for another C library, such as musl", () => {
    const guard = unzipSync(good)[GUARD]!;
    const musl = Buffer.from(guard).toString("latin1").replaceAll("GLIBC_", "OTHER_");
    const zip = changed({ [GUARD]: Buffer.from(musl, "latin1") });
    expect(() => verifyLayer(zip, cpu)).toThrow(`${GUARD} was made for another C library`);
  });

  test("finds a binary that needs a newer glibc than Lambda has", () => {
    const guard = Buffer.from(unzipSync(good)[GUARD]!);
    const at = guard.indexOf("GLIBC_2.34\0");
    expect(at).toBeGreaterThan(0);
    guard.write("GLIBC_2.38", at, "latin1");
    expect(() => verifyLayer(changed({ [GUARD]: guard }), cpu)).toThrow(
      `${GUARD} needs GLIBC 2.38; Lambda has 2.34`,
    );
  });
});
