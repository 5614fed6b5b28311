import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../src/paths.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dsl-launcher-"));
  copyFileSync(join(packageRoot, "scripts/launcher.js"), join(folder, "cli.mjs"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "main.js"), 'console.log("started");');
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Starts dsl on a Node that says it is of this version. */
function startOn(version: string) {
  const launcher = JSON.stringify(pathToFileURL(join(folder, "cli.mjs")).href);
  const pretend = `Object.defineProperty(process.versions, "node", { value: "${version}" });`;
  return spawnSync(process.execPath, ["-e", `${pretend} import(${launcher})`], {
    encoding: "utf8",
  });
}

describe("dsl on an old Node", () => {
  test.each(["14.21.3", "20.20.2", "22.14.0"])("%s says what it needs", (version) => {
    const { status, stdout, stderr } = startOn(version);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain(`dsl needs Node 22.15 or newer; this is ${version}\nTry: `);
  });

  test.each(["22.15.0", "24.0.0", "30.1.0"])("%s starts", (version) => {
    expect(startOn(version)).toMatchObject({ status: 0, stdout: "started\n", stderr: "" });
  });

  test("needs what package.json says", () => {
    const { engines } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8"));
    const { stderr } = startOn("14.0.0");
    expect(stderr).toContain(`Node ${engines.node.replace(">=", "")} or newer`);
  });
});
