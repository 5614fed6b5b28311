import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";

const MODULE = fileURLToPath(new URL("../../src/work-folder.ts", import.meta.url));
const HOST = hostname().replace(/[^A-Za-z0-9]/g, "");

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "work-folder-test-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Makes a work folder in a process of its own, which then ends by `ending`. */
function runAndEnd(ending: string) {
  const script = `
    import { createWorkFolder } from ${JSON.stringify(MODULE)};
    import { writeFileSync } from "node:fs";
    const folder = await createWorkFolder(${JSON.stringify(root)});
    writeFileSync(folder + "/0.db", "x");
    console.log(folder);
    ${ending}`;
  return execa(process.execPath, ["--input-type=module", "-e", script], { reject: false });
}

test("the folder is removed when the process ends, also by a failure", async () => {
  for (const ending of ["", "process.exit(130)", "throw new Error()"]) {
    const { stdout } = await runAndEnd(ending);
    expect(stdout).toContain(root);
    expect(readdirSync(root)).toEqual([]);
  }
});

test("what a killed run left behind is removed by the next one", async () => {
  const { stdout } = await runAndEnd('process.kill(process.pid, "SIGKILL")');
  expect(existsSync(stdout)).toBe(true);
  await runAndEnd("");
  expect(readdirSync(root)).toEqual([]);
});

test("folders of runs that go on, of other machines and of other programs stay", async () => {
  const others = [`dsl-run-${HOST}-${process.pid}-abc`, "dsl-run-elsewhere-1-abc", "something"];
  for (const name of others) mkdirSync(join(root, name));
  await runAndEnd("");
  expect(readdirSync(root).sort()).toEqual([...others].sort());
});
