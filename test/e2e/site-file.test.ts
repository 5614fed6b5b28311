import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

const FILE = `
name: shop
databases: {goods: data.db}
metadata: {title: The shop}
memory: 512
log-format: json
variables: {NODE_OPTIONS: --max-old-space-size=400}
subnets: [subnet-0123]
security-groups: [sg-0123]
cors-origins: [https://a.example]
set:
  Function.Description: Ours
  Bucket.VersioningConfiguration: {Status: Enabled}
commands:
  logs: {since: 1h}
`;

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
  writeItems(join(rehearsal.folder, "data.db"), 50);
  writeFileSync(join(rehearsal.folder, "dsl.yaml"), FILE);
});
afterAll(() => rehearsal.end());

/** What the plan says of where values come from, by option. */
async function origins(...args: string[]): Promise<Record<string, string>> {
  const { events } = await rehearsal.events("update-stack", "--dry-run", ...args);
  const { options } = events.at(-1) as unknown as { options: { option: string; from: string }[] };
  return Object.fromEntries(options.map(({ option, from }) => [option, from]));
}

test("a site is described by dsl.yaml, and stays as it was described when the file is gone", async () => {
  expect(await origins("--rate", "20")).toMatchObject({
    memory: "dsl.yaml:5",
    rate: "--rate",
    timeout: "default",
    set: "dsl.yaml:11",
  });
  const { url } = await rehearsal.update();
  const headers = { origin: "https://a.example" };
  const page = await fetch(new URL("/goods/items.json", String(url)), { headers });
  expect(page.status).toBe(200);
  expect(page.headers.get("access-control-allow-origin")).toBe("https://a.example");
  expect(await (await fetch(String(url))).text()).toContain("The shop");
  const log = await rehearsal.events("logs");
  const start = log.events.find(({ message }) => String(message).includes("platform.start"));
  expect(JSON.parse(String(start?.message))).toMatchObject({ type: "platform.start" });

  expect(await rehearsal.update()).toMatchObject({ changed: false });
  rmSync(join(rehearsal.folder, "dsl.yaml"));
  const typed = ["shop", "--alias", "goods=data.db", "--title", "The shop"];
  expect(await origins(...typed)).toMatchObject({ memory: "as deployed", title: "--title" });
  expect(await rehearsal.update(...typed)).toMatchObject({ changed: false });

  const back = await rehearsal.events(
    ...["update-stack", ...typed, "--set", "Function.Description=", "--subnet", "none"],
    "--dry-run",
  );
  expect(back.events.at(-1)).toMatchObject({ service_stack: { template_changed: true } });
  expect(JSON.stringify(back.events.at(-1)?.notes)).not.toContain("VpcConfig");
});

test("a mistake in the file, and one in what is set, change nothing and say what to do", async () => {
  writeFileSync(join(rehearsal.folder, "dsl.yaml"), "name: other\nmemroy: 5\n");
  expect(await rehearsal.dsl("update-stack")).toMatchObject({
    exitCode: 1,
    stderr: 'Error: dsl.yaml:2:1: "memroy" is not a key of dsl.yaml\nTry: did you mean memory?',
  });
  rmSync(join(rehearsal.folder, "dsl.yaml"));
  const wrong = await rehearsal.dsl("update-stack", "other", "data.db", "--set", "Api.Nam=x");
  expect(wrong).toMatchObject({
    exitCode: 2,
    stderr:
      "Error: Api.Nam cannot be set: AWS::ApiGatewayV2::Api.Nam: there is no property Nam\nTry: did you mean Name?",
  });
});

test("dsl publish takes a script's words, and the file that it prints says the same", async () => {
  const words = [
    "cloudrun",
    "data.db",
    "--service",
    "cloud",
    "--license_url",
    "https://l.example/",
  ];
  const flags = ["--memory", "512Mi", "--extra-options", "--cors -s default_page_size 7"];
  const extra = ["--max-instances", "2"];
  const { exitCode, events } = await rehearsal.events("publish", ...words, ...flags, ...extra);
  expect(exitCode).toBe(0);
  const url = String(events.at(-1)?.url);
  const rows = await fetch(new URL("/data/items.json", url));
  expect(rows.headers.get("access-control-allow-origin")).toBe("*");
  expect(((await rows.json()) as { rows: unknown[] }).rows).toHaveLength(7);
  const lines = events.filter(({ event }) => event === "dsl_yaml").map(({ line }) => line);
  writeFileSync(join(rehearsal.folder, "dsl.yaml"), lines.join("\n"));
  expect(await rehearsal.update()).toMatchObject({ changed: false, stack: "cloud" });
  rmSync(join(rehearsal.folder, "dsl.yaml"));
});
