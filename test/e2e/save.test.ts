/** `--save` and `--from`: deployed with the AWS CLI alone, edited by hand, taken over by dsl again. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readServer } from "../../src/local-aws/state.ts";
import { isOnPath } from "../src/local-aws/on-path.ts";
import { getJson, type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

let rehearsal: Rehearsal;
let path: string;
let folder: string;
beforeAll(async () => {
  rehearsal = await startRehearsal();
  path = join(rehearsal.folder, "shop.db");
  folder = join(rehearsal.folder, "saved");
  writeItems(path, 300);
});
afterAll(() => rehearsal.end());

async function deploy(): Promise<string> {
  const { secretAccessKey } = readServer(join(rehearsal.folder, "local-aws"))!;
  const { stdout } = await execa(join(folder, "deploy.sh"), {
    env: {
      AWS_ENDPOINT_URL: rehearsal.endpoint,
      AWS_REGION: "us-east-1",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    },
  });
  return stdout.split("\n").at(-1) ?? "";
}

async function stackParameters(): Promise<Record<string, string>> {
  const { events } = await rehearsal.events("status", "shop");
  return events.at(-1)!.parameters as Record<string, string>;
}

test("saving deploys nothing, and does not write over what was edited", async () => {
  const saved = await rehearsal.update("shop", path, "--storage", "s3", "--save", folder);
  expect(saved).toMatchObject({ saved: folder, version: 1 });
  expect(readdirSync(folder).sort()).toEqual([
    ...["bucket.parameters", "bucket.tags", "bucket.yaml", "deploy.sh", "objects"],
    ...["service.parameters", "service.tags", "service.yaml"],
  ]);
  const { secretAccessKey } = readServer(join(rehearsal.folder, "local-aws"))!;
  for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const content = readFileSync(join(file.parentPath, file.name), "latin1");
    expect(content.includes(secretAccessKey), file.name).toBe(false);
    expect(content.includes(rehearsal.folder), file.name).toBe(false);
  }
  const closed = await rehearsal.dsl(
    ...["update-stack", "shop", path, "--password", "--save", `${folder}-closed`],
  );
  expect(closed.stdout).toContain("503 until dsl update-stack shop, with the same options");
  const again = await rehearsal.dsl("update-stack", "shop", path, "--save", folder);
  expect(again).toMatchObject({ exitCode: 2 });
  expect(again.stderr).toContain(`Error: ${folder} is not empty`);
  expect((await rehearsal.dsl("status", "shop")).stderr).toContain("There is no site shop");
});

describe.runIf(isOnPath("aws"))("with the AWS CLI", () => {
  // The CLI looks at a stack that changes twice a minute only.
  test("the script deploys the site, and dsl finds nothing to do after it", async () => {
    const url = await deploy();
    expect(await getJson(url, "/shop/items.json?_size=1")).toMatchObject({ ok: true });
    const update = await rehearsal.update("shop", path, "--storage", "s3");
    expect(update).toMatchObject({ changed: false, version: 1, url });
  });

  test("what was edited by hand is deployed with --from, and options come first", async () => {
    const template = join(folder, "service.yaml");
    const edited = readFileSync(template, "utf8").replace(
      "Parameters:\n",
      "Parameters:\n  Purpose:\n    Type: String\n",
    );
    writeFileSync(
      template,
      edited.replace('Description: !Sub "Serves', 'Description: !Sub "${Purpose}: serves'),
    );
    const parameters = join(folder, "service.parameters");
    const lines = readFileSync(parameters, "utf8").replace("MemorySize=1769", "MemorySize=900");
    writeFileSync(parameters, `# edited\n${lines}Purpose=Rehearsal\n`);
    await rehearsal.update("shop", path, "--storage", "s3", "--from", folder, "--timeout", "12");
    expect(await stackParameters()).toMatchObject({
      MemorySize: "900",
      Timeout: "12",
      Purpose: "Rehearsal",
    });
  });

  test("the script stops when somebody has published since", async () => {
    writeItems(path, 310);
    await rehearsal.update("shop", path, "--storage", "s3");
    await expect(deploy()).rejects.toThrow("Another version was published since this was saved");
  });
});

test("a folder or a template that is none is a mistake in usage", async () => {
  const none = await rehearsal.dsl("update-stack", "shop", path, "--from", rehearsal.folder);
  expect(none.exitCode).toBe(2);
  expect(none.stderr).toContain("has no bucket.yaml and service.yaml");
});
