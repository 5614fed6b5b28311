/** A new version of dsl: the same databases, other code. */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { packageRoot } from "../../src/paths.ts";
import { getJson, type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

/** A copy of the built package, whose function's code and templates the tests change. */
let copy: string;
let rehearsal: Rehearsal;
beforeAll(async () => {
  copy = mkdtempSync(join(tmpdir(), "dsl-copy-"));
  for (const name of ["package.json", "dist", "templates"]) {
    cpSync(join(packageRoot, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(packageRoot, "node_modules"), join(copy, "node_modules"));
  rehearsal = await startRehearsal(join(copy, "dist", "cli.js"), { DSL_VERIFY_SECONDS: "3" });
  writeItems(join(rehearsal.folder, "shop.db"), 100);
});
beforeEach(() => {
  for (const name of ["dist/lambda/index.cjs", "templates/service.yaml"]) {
    cpSync(join(packageRoot, name), join(copy, name));
  }
});
afterAll(async () => {
  await rehearsal.end();
  rmSync(copy, { recursive: true, force: true });
});

function edit(name: string, change: (text: string) => string): void {
  const path = join(copy, name);
  writeFileSync(path, change(readFileSync(path, "utf8")));
}

test.each(["embed", "s3"])(
  "other code in %s storage: only the function is updated",
  async (storage) => {
    const { url } = await rehearsal.update(`code-${storage}`, "shop.db", "--storage", storage);
    edit("dist/lambda/index.cjs", (code) => `${code}\n// another build\n`);
    const { exitCode, events } = await rehearsal.events(
      "update-stack",
      `code-${storage}`,
      "shop.db",
    );
    expect(exitCode).toBe(0);
    expect(events.find(({ event }) => event === "plan")).toMatchObject({
      bucketStack: { action: "none" },
      publish: { action: "none" },
      serviceStack: { action: "update", changes: [{ parameter: "CodeKey" }] },
    });
    const result = events.at(-1)!;
    expect(result).toMatchObject({ event: "result", changed: true, version: 1, bytes_uploaded: 0 });
    expect(result.package_bytes_uploaded).toBeGreaterThan(0);
    expect(await getJson(String(url), "/shop/items.json?_size=1")).toMatchObject({ ok: true });
  },
);

test("another template is an update of the stack and nothing else", async () => {
  await rehearsal.update("template", "shop.db");
  edit("templates/service.yaml", (yaml) => yaml.replace("Serves the databases of", "Serves"));
  const { exitCode, events } = await rehearsal.events("update-stack", "template", "shop.db");
  expect(exitCode).toBe(0);
  expect(events.find(({ event }) => event === "plan")).toMatchObject({
    publish: { action: "none" },
    serviceStack: { action: "update", templateChanged: true, changes: [] },
  });
  expect(events.at(-1)).toMatchObject({ bytes_uploaded: 0, package_bytes_uploaded: 0 });
  expect(await rehearsal.update("template", "shop.db")).toMatchObject({ changed: false });
});

test("a function that does not start is a failure that names the log group and shows its last lines", async () => {
  edit("dist/lambda/index.cjs", (code) => `throw new Error("broken on purpose");\n${code}`);
  const run = await rehearsal.dsl("update-stack", "broken", "shop.db");
  expect(run.exitCode).toBe(1);
  expect(run.stderr).toMatch(
    /Error: http:\/\/127\.0\.0\.1:\d+\/ answers with 50\d instead of version 1/,
  );
  expect(run.stderr).toContain("its log group is /aws/lambda/broken-service");
  expect(run.stderr).toMatch(/Warning: \/aws\/lambda\/broken-service: .*broken on purpose/);
  expect(run.stderr).toMatch(/Try: aws logs tail \/aws\/lambda\/broken-service/);
});
