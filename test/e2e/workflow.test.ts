/** The example for GitHub Actions: its steps are run as they stand in the file, on the local AWS. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { readServer } from "../../src/local-aws/state.ts";
import { previewName } from "../../src/stacks/preview.ts";
import { getJson, type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const WORKFLOW = parse(
  readFileSync(join(ROOT, "examples/github-actions/publish.yml"), "utf8"),
) as Workflow;

interface Workflow {
  on: { push: object; pull_request: unknown; schedule: object };
  permissions: Record<string, string>;
  jobs: { publish: { env: Record<string, string>; steps: Step[] } };
}

interface Step {
  name?: string;
  uses?: string;
  with?: Record<string, unknown>;
  if?: string;
  run?: string;
}

let rehearsal: Rehearsal;
let bin: string;
beforeAll(async () => {
  rehearsal = await startRehearsal();
  bin = join(rehearsal.folder, "bin");
  mkdirSync(bin);
  // What `npm ci` would install is this checkout.
  script("npm", "exit 0");
  script("npx", `shift; exec '${process.execPath}' '${join(ROOT, "src/cli.ts")}' "$@"`);
  writeItems(join(rehearsal.folder, "shop.db"), 50);
});
afterAll(() => rehearsal.end());

function script(name: string, text: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(bin, name), 0o755);
}

/** Runs the job as GitHub would for an event; resolves with what its steps print, and its summary. */
async function runJob(event: "push" | "pull_request", branch: string) {
  const summary = join(rehearsal.folder, "summary.md");
  writeFileSync(summary, "");
  const { secretAccessKey } = readServer(join(rehearsal.folder, "local-aws"))!;
  const env: Record<string, string> = {
    ...WORKFLOW.jobs.publish.env,
    PATH: `${bin}:${process.env.PATH}`,
    CI: "true",
    GITHUB_EVENT_NAME: event,
    GITHUB_HEAD_REF: event === "pull_request" ? branch : "",
    GITHUB_STEP_SUMMARY: summary,
  };
  const output: string[] = [];
  for (const step of WORKFLOW.jobs.publish.steps) {
    if (step.if !== undefined && !holds(step.if, event)) continue;
    if (step.uses?.startsWith("aws-actions/configure-aws-credentials@")) {
      expect(Object.keys(step.with ?? {})).toEqual(["role-to-assume", "aws-region"]);
      env.AWS_REGION = "us-east-1";
      env.AWS_ACCESS_KEY_ID = "local";
      env.AWS_SECRET_ACCESS_KEY = secretAccessKey;
      env.AWS_ENDPOINT_URL = rehearsal.endpoint;
    }
    if (step.run === undefined) continue;
    // https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax: bash -e
    const { all } = await execa("bash", ["-e", "-c", step.run], {
      cwd: rehearsal.folder,
      env,
      all: true,
      stdin: "ignore",
    });
    output.push(all);
  }
  return { output: output.join("\n"), summary: readFileSync(summary, "utf8") };
}

/** The two conditions that the workflow has. */
function holds(condition: string, event: string): boolean {
  const [, operator, name] = /^github\.event_name (==|!=) '(\w+)'$/.exec(condition) ?? [];
  if (name === undefined) throw new Error(`what does "${condition}" mean?`);
  return operator === "==" ? event === name : event !== name;
}

test("the workflow may ask for a token and nothing else, and knows the actions that it uses", () => {
  expect(WORKFLOW.permissions).toEqual({ contents: "read", "id-token": "write" });
  const uses = WORKFLOW.jobs.publish.steps.flatMap((step) => step.uses ?? []);
  expect(uses.map((use) => use.replace(/@v\d+$/, ""))).toEqual([
    "actions/checkout",
    "actions/setup-node",
    "aws-actions/configure-aws-credentials",
  ]);
});

test("a push publishes the site without asking anything", async () => {
  const { output } = await runJob("push", "main");
  expect(output).toContain("Version 1 of shop is live");
  expect(output).toContain("There are no previews of shop older than 7 days.");
  // The end of a deployment fits into ten lines.
  const live = output.slice(output.indexOf("Version 1 of shop is live"));
  expect(live.slice(0, live.indexOf("There are no previews")).split("\n").length).toBeLessThan(10);
});

test("a pull request gets a site of its own, whose URL is in the summary, and goes when it is old", async () => {
  writeItems(join(rehearsal.folder, "shop.db"), 60);
  const { output, summary } = await runJob("pull_request", "Fix/Prices");
  expect(output).toContain("~ items: 50 → 60 rows");
  const url = /^Preview: (http\S+)$/m.exec(summary)?.[1];
  expect(await getJson(url!, "/shop/items.json?_size=0")).toMatchObject({ ok: true });
  const name = previewName("shop", "Fix/Prices");
  const { events } = await rehearsal.events("list");
  const sites = events.at(-1)!.sites as { site: string; url: string }[];
  expect(sites.map(({ site }) => site)).toEqual(["shop", name]);

  const old = ["delete-stack", "shop", "--previews-older-than", "0s", "--yes"];
  const asked = await rehearsal.dsl("delete-stack", "--previews-older-than", "0s");
  expect(asked.exitCode).toBe(2);
  expect(asked.stderr).toContain(`Delete 1 preview: ${name}`);
  expect((await rehearsal.dsl(...old)).stdout).toContain(`Deleted ${name}.`);
  const left = await rehearsal.events("list");
  expect((left.events.at(-1)!.sites as object[]).length).toBe(1);
});

test("the role for the workflows is made by the template that policy prints, and may be assumed by them alone", async () => {
  const flags = ["--previews", "--github", "anna/shop"];
  const { events } = await rehearsal.events("policy", "shop", ...flags);
  const template = events.at(-1)!.policy as { Resources: Record<string, { Properties: object }> };
  const file = join(rehearsal.folder, "ci-role.json");
  writeFileSync(file, JSON.stringify(template));
  const { cloudFormation } = rehearsal.clients;
  const client = await cloudFormation();
  const { CreateStackCommand } = await import("@aws-sdk/client-cloudformation");
  await client.send(
    new CreateStackCommand({
      StackName: "ci-role",
      TemplateBody: JSON.stringify(template),
      Capabilities: ["CAPABILITY_IAM"],
    }),
  );
  const describe = new DescribeStacksCommand({ StackName: "ci-role" });
  await expect
    .poll(async () => (await client.send(describe)).Stacks?.[0]?.StackStatus)
    .toBe("CREATE_COMPLETE");
  expect(JSON.stringify(template.Resources.Role)).toContain("repo:anna/shop:*");
});

test("express mode deploys, too", async () => {
  const path = join(rehearsal.folder, "shop.db");
  const result = await rehearsal.update("quick", path, "--express");
  expect(result).toMatchObject({ changed: true, version: 1 });
});
