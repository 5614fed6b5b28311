import { appendFileSync, cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../src/paths.ts";
import { getJson, type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
});
afterAll(() => rehearsal.end());

/** A copy of the package as it is built, so that its code can be changed. */
function copyOfPackage(): string {
  const copy = join(rehearsal.folder, "package");
  for (const part of ["dist", "templates", "package.json"])
    cpSync(join(packageRoot, part), join(copy, part), { recursive: true });
  symlinkSync(join(packageRoot, "node_modules"), join(copy, "node_modules"));
  return copy;
}

test.each(["embed", "s3"])(
  "a new version of the code is deployed, and the data in %s storage is not published again",
  async (storage) => {
    const home = join(rehearsal.folder, "local-aws");
    const copy = storage === "embed" ? copyOfPackage() : join(rehearsal.folder, "package");
    const dsl = (...args: string[]) =>
      execa(process.execPath, [join(copy, "dist/cli.js"), ...args, "--local", "--json"], {
        env: { DSL_LOCAL_HOME: home },
        cwd: rehearsal.folder,
      });
    const resultOf = ({ stdout }: { stdout: string }) => JSON.parse(stdout.split("\n").at(-1)!);
    const database = `code_${storage}.db`;
    writeItems(join(rehearsal.folder, database), 300);
    const site = [`code-${storage}`, database, "--storage", storage];

    const created = resultOf(await dsl("update-stack", ...site));
    expect(created).toMatchObject({ event: "result", version: 1, changed: true });
    expect(resultOf(await dsl("update-stack", ...site))).toMatchObject({ changed: false });

    appendFileSync(join(copy, "dist/lambda/index.cjs"), "\n// another build\n");
    const updated = resultOf(await dsl("update-stack", ...site));
    expect(updated).toMatchObject({ changed: true, version: 1, blocks_uploaded: 0 });
    expect(updated.package_bytes_uploaded).toBeGreaterThan(0);
    expect(updated.url).toBe(created.url);
    expect(await getJson(updated.url, `/code_${storage}/items/300.json`)).toMatchObject({
      rows: [{ id: 300 }],
    });

    // Whose code is old may not know what this version writes.
    appendFileSync(join(copy, "dist/lambda/index.cjs"), "\n// yet another build\n");
    writeItems(join(rehearsal.folder, database), 400);
    const { stdout } = await dsl("update-stack", ...site);
    const events = stdout.split("\n").map((line) => JSON.parse(line));
    const published = events.findIndex(({ event }) => event === "published");
    const deployed = events.findLastIndex(({ event }) => event === "step_line");
    expect(published > deployed).toBe(storage === "s3");
    expect(events.at(-1)).toMatchObject({ changed: true, version: 2 });
    expect(await getJson(updated.url, `/code_${storage}/items/400.json`)).toMatchObject({
      rows: [{ id: 400 }],
    });
  },
);
