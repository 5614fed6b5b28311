import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSiteContent } from "../../src/site-content.ts";

const FLAGS = { cors: false, crossdb: false, defaultDeny: false };
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "site-content-test-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test("YAML and JSON are read alike", async () => {
  const yaml = file("metadata.yml", "title: Northwind\ndatabases:\n  shop:\n    source: ERP\n");
  const json = file("config.json", '{"settings": {"default_page_size": 10}}');
  const { content } = await readSiteContent(json, yaml, { base_url: "/data/" }, FLAGS);
  expect(content).toEqual({
    config: { settings: { default_page_size: 10 } },
    metadata: { title: "Northwind", databases: { shop: { source: "ERP" } } },
    settings: { base_url: "/data/" },
    flags: FLAGS,
  });
});

test("no files and empty files are no configuration", async () => {
  const empty = file("empty.yml", "# nothing yet\n");
  const { content } = await readSiteContent(empty, null, {}, FLAGS);
  expect([content.config, content.metadata]).toEqual([{}, {}]);
});

test.each([
  ["a missing file", () => join(folder, "missing.yml"), "missing.yml does not exist"],
  ["a directory", () => folder, "is a directory"],
  ["broken JSON", () => file("broken.json", '{"title": '), "broken.json is neither YAML nor JSON"],
  ["broken YAML", () => file("broken.yml", "a: [1,\nb: 2"), "broken.yml is neither YAML nor JSON"],
  ["a list", () => file("list.json", "[1, 2]"), "does not contain a mapping"],
])("%s is refused with its path", async (_what, path, message) => {
  await expect(readSiteContent(null, path(), {}, FLAGS)).rejects.toMatchObject({
    name: "DslError",
    message: expect.stringContaining(message),
  });
});

test("a setting that does not exist is refused before anything is deployed", async () => {
  await expect(readSiteContent(null, null, { sql_time_limit: "5" }, FLAGS)).rejects.toMatchObject({
    code: "invalid_config",
    message: expect.stringContaining("sql_time_limit"),
  });
});

test("a mistake in the configuration is refused with its place", async () => {
  const config = file(
    "config.yml",
    "databases:\n  shop:\n    tables:\n      orders:\n        size: many\n",
  );
  await expect(readSiteContent(config, null, {}, FLAGS)).rejects.toMatchObject({
    code: "invalid_config",
    message: expect.stringContaining("databases.shop.tables.orders.size"),
  });
});

test("a setting without effect is accepted, and said so", async () => {
  const { config } = await readSiteContent(null, null, { num_sql_threads: "4" }, FLAGS);
  expect(config.notes).toEqual([expect.stringContaining("num_sql_threads")]);
});
