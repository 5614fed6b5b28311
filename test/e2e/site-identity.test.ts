/** The stacks of one site are never taken for those of another, whatever the sites are called. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  DeleteStackCommand,
  DescribeStackEventsCommand,
  UpdateStackCommand,
  waitUntilStackDeleteComplete,
  waitUntilStackUpdateComplete,
} from "@aws-sdk/client-cloudformation";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeStack } from "../../src/stacks/describe.ts";
import { getJson, type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
  writeItems(join(rehearsal.folder, "shop.db"), 10);
});
afterAll(() => rehearsal.end());

async function stack(name: string) {
  return describeStack(await rehearsal.clients.cloudFormation(), name);
}

async function newestEvent(StackName: string): Promise<string | undefined> {
  const client = await rehearsal.clients.cloudFormation();
  const { StackEvents } = await client.send(new DescribeStackEventsCommand({ StackName }));
  return StackEvents?.[0]?.EventId;
}

/** What somebody types who mistakes the name `name` for one of their own. */
function commandsOn(name: string): string[][] {
  return [
    ["update-stack", name, "shop.db", "--dry-run"],
    ["update-stack", name, "shop.db", "--yes"],
    ["delete-stack", name, "--yes"],
  ];
}

/** As the first version of dsl left a stack: no tags, and a description without the site. */
async function withoutMarks(name: string, template: string, description: string): Promise<void> {
  const path = new URL(`../../templates/${template}`, import.meta.url);
  const text = readFileSync(path, "utf8").replace(
    /^Description: .*$/m,
    `Description: "${description}"`,
  );
  const client = await rehearsal.clients.cloudFormation();
  const { parameters = {} } = (await stack(name)) ?? {};
  await client.send(
    new UpdateStackCommand({
      StackName: name,
      TemplateBody: text,
      Parameters: Object.keys(parameters).map((ParameterKey) => ({
        ParameterKey,
        UsePreviousValue: true,
      })),
      Tags: [],
      Capabilities: ["CAPABILITY_IAM"],
    }),
  );
  await waitUntilStackUpdateComplete({ client, maxWaitTime: 60, minDelay: 1 }, { StackName: name });
  expect((await stack(name))?.tags).toEqual({});
}

async function asFirstVersion(site: string): Promise<void> {
  await withoutMarks(site, "bucket.yaml", "dsl: the bucket that holds the published databases");
  await withoutMarks(
    `${site}-service`,
    "service.yaml",
    "dsl: the function and the HTTP API that serve the published databases",
  );
}

test.each(["this version", "the first version"])(
  "a name that is another site's service stack is refused, and that site lives on (made by %s)",
  async (maker) => {
    const site = maker === "this version" ? "one" : "early";
    const url = String((await rehearsal.update(site, "shop.db")).url);
    if (maker === "the first version") await asFirstVersion(site);
    const before = await newestEvent(`${site}-service`);
    for (const args of commandsOn(`${site}-service`)) {
      const run = await rehearsal.dsl(...args);
      expect(run.exitCode, args.join(" ")).toBe(1);
      expect(run.stderr).toContain(`Stack ${site}-service is the service stack of site ${site}`);
      expect(run.stderr).toMatch(/^Try: \S/m);
    }
    expect(await newestEvent(`${site}-service`)).toBe(before);
    expect(await getJson(url, "/shop/items.json?_size=1")).toMatchObject({ ok: true });
  },
);

test.each(["this version", "the first version"])(
  "a site whose name ends in -service keeps its bucket from the site without (made by %s)",
  async (maker) => {
    const site = maker === "this version" ? "two" : "aged";
    const url = String((await rehearsal.update(`${site}-service`, "shop.db")).url);
    if (maker === "the first version") await asFirstVersion(`${site}-service`);
    const before = await newestEvent(`${site}-service`);
    for (const args of commandsOn(site)) {
      const run = await rehearsal.dsl(...args);
      expect(run.exitCode, args.join(" ")).toBe(1);
      expect(run.stderr).toContain(
        `Stack ${site}-service is the bucket stack of site ${site}-service`,
      );
    }
    expect(await stack(site)).toBeNull();
    expect(await newestEvent(`${site}-service`)).toBe(before);
    expect(await getJson(url, "/shop/items.json?_size=1")).toMatchObject({ ok: true });
  },
);

test("the name of a service stack that is gone at the moment stays the site's", async () => {
  await rehearsal.update("three", "shop.db");
  const client = await rehearsal.clients.cloudFormation();
  const StackName = "three-service";
  await client.send(new DeleteStackCommand({ StackName }));
  await waitUntilStackDeleteComplete({ client, maxWaitTime: 60, minDelay: 1 }, { StackName });
  const run = await rehearsal.dsl("update-stack", "three-service", "shop.db");
  expect(run.exitCode).toBe(1);
  expect(run.stderr).toContain("three-service is the name that site three keeps for its service");
  await rehearsal.update("three", "shop.db");
});

test("stacks of the first version are known as the site's own, and get their marks", async () => {
  const url = String((await rehearsal.update("old", "shop.db", "--tag", "owner=anna")).url);
  await asFirstVersion("old");
  const plan = await rehearsal.dsl("update-stack", "old", "shop.db", "--dry-run");
  expect(plan).toMatchObject({ exitCode: 0 });
  expect(plan.stdout).toContain("site old in account 000000000000, region us-east-1");
  expect(await rehearsal.update("old", "shop.db", "--tag", "owner=anna")).toMatchObject({ url });
  for (const [name, role] of [
    ["old", "bucket"],
    ["old-service", "service"],
  ] as const) {
    const { tags, description } = (await stack(name))!;
    expect(tags).toEqual({ owner: "anna", "dsl:site": "old", "dsl:role": role });
    expect(description).toMatch(/^dsl: .* \(site old, /);
    expect(description).toContain(`role ${role})`);
  }
  expect(await rehearsal.update("old", "shop.db")).toMatchObject({ changed: false });
});

test("tags that somebody removed by hand are put back; marks that contradict are an error", async () => {
  await rehearsal.update("marked", "shop.db");
  const client = await rehearsal.clients.cloudFormation();
  const change = async (tags: Record<string, string>) => {
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const StackName = "marked";
    const UsePreviousTemplate = true;
    await client.send(new UpdateStackCommand({ StackName, UsePreviousTemplate, Tags }));
    await waitUntilStackUpdateComplete({ client, maxWaitTime: 60, minDelay: 1 }, { StackName });
  };
  await change({});
  expect(await rehearsal.update("marked", "shop.db")).toMatchObject({ changed: true });
  expect((await stack("marked"))?.tags).toEqual({ "dsl:site": "marked", "dsl:role": "bucket" });

  await change({ "dsl:site": "other", "dsl:role": "bucket" });
  for (const args of commandsOn("marked")) {
    const run = await rehearsal.dsl(...args);
    expect(run.exitCode, args.join(" ")).toBe(1);
    expect(run.stderr).toContain("Stack marked is the bucket stack of site other");
  }
});
