/** Two commands on one site at once: one wins, the other says in one sentence what happened. */
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { describeStack } from "../../src/stacks/describe.ts";
import type { CliRun } from "../src/cli/run-cli.ts";
import { getJson, type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
  writeItems(join(rehearsal.folder, "shop.db"), 100);
  writeItems(join(rehearsal.folder, "other.db"), 100);
});
afterEach(() => rehearsal.inject([]));
afterAll(() => rehearsal.end());

async function stack(name: string) {
  return describeStack(await rehearsal.clients.cloudFormation(), name);
}

/** One sentence and what to do, and no more, at the end of the progress. */
function expectOneSentence(run: CliRun, sentence: string): void {
  expect(run.exitCode, run.stderr).toBe(1);
  const lines = run.stderr.split("\n");
  const at = lines.findIndex((line) => line.startsWith("Error: "));
  expect(lines[at]).toContain(sentence);
  expect(lines[at + 1]).toMatch(/^Try: \S/);
  expect(lines.slice(at + 2)).toEqual([]);
}

test.each(["CreateChangeSet", "ExecuteChangeSet"])(
  "two first deployments: the one that comes too late with %s says so, the other one is live",
  async (operation) => {
    const site = `first-${operation.toLowerCase()}`;
    let winner: CliRun | undefined;
    const loser = await rehearsal.holdAt(
      { service: "cloudformation", operation, when: "before" },
      ["update-stack", site, "shop.db"],
      async () => {
        winner = await rehearsal.dsl("update-stack", site, "shop.db");
      },
    );
    expect(winner).toMatchObject({ exitCode: 0 });
    expectOneSentence(loser, `created, changed or deleted stack ${site} meanwhile`);
    const url = winner!.stdout.split("\n").at(-1)!;
    expect(await getJson(url, "/shop/items.json?_size=1")).toMatchObject({ ok: true });
    expect(await rehearsal.update(site, "shop.db")).toMatchObject({ changed: false });
  },
);

test("a site that is deleted while it is being published: the publisher says so", async () => {
  await rehearsal.update("gone", "shop.db", "--storage", "s3");
  const publisher = await rehearsal.holdAt(
    { service: "s3", operation: "PutObject", match: "^manifest.json$", when: "before" },
    ["update-stack", "gone", "shop.db", "other.db"],
    async () => {
      expect(await rehearsal.dsl("delete-stack", "gone", "--yes")).toMatchObject({ exitCode: 0 });
    },
  );
  expectOneSentence(publisher, "Somebody else deleted site gone while this run was publishing it");
  expect([await stack("gone"), await stack("gone-service")]).toEqual([null, null]);
});

test("a site that is published while it is being deleted: the deleter says so", async () => {
  await rehearsal.update("back", "shop.db");
  const deleter = await rehearsal.holdAt(
    { service: "s3", operation: "DeleteObjects", when: "before" },
    ["delete-stack", "back", "--yes"],
    async () => {
      await rehearsal.dsl("update-stack", "back", "shop.db");
    },
  );
  expectOneSentence(deleter, "Somebody else published site back while this run deleted it");
  expect(await rehearsal.dsl("delete-stack", "back", "--yes")).toMatchObject({ exitCode: 0 });
  expect([await stack("back"), await stack("back-service")]).toEqual([null, null]);
});
