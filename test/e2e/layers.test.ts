import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  GetLayerVersionByArnCommand,
  GetLayerVersionPolicyCommand,
  type LambdaClient,
} from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Rehearsal, startRehearsal } from "./rehearsal.ts";

/** The guard for the other CPU needs a cross compiler; this machine's is there. */
const own = process.arch === "arm64" ? "arm64" : "x86_64";
const FIRST = `arn:aws:lambda:us-east-1:000000000000:layer:test-${own}:1`;

let rehearsal: Rehearsal;
let lambda: LambdaClient;

beforeAll(async () => {
  rehearsal = await startRehearsal();
  lambda = await rehearsal.clients.lambda();
});
afterAll(() => rehearsal.end());

const build = (...args: string[]) => rehearsal.events("build-layer", "--arch", own, ...args);

describe("dsl build-layer, list-layers and delete-layer", () => {
  test("write a verified zip that is named by its SHA-256, the same each time", async () => {
    const out = join(rehearsal.folder, "out");
    const { exitCode, events } = await build("--out", out);
    expect(exitCode).toBe(0);
    expect(events).toContainEqual(
      expect.objectContaining({ event: "layer_built", architecture: own, checked: true }),
    );
    const [name = "", ...others] = readdirSync(out);
    expect(others).toEqual([]);
    const bytes = readFileSync(join(out, name));
    expect(name).toBe(`${createHash("sha256").update(bytes).digest("hex")}.zip`);
    await build("--out", out);
    expect(readdirSync(out)).toEqual([name]);
  });

  test("publish it once in each region, for everyone when asked", async () => {
    const regions = ["--region", "us-east-1", "eu-west-1"];
    const first = await build("--publish", "--name", "test", ...regions);
    expect(first.events.at(-1)).toMatchObject({
      event: "result",
      published: [
        { region: "us-east-1", architecture: own, arn: FIRST, is_new: true },
        { region: "eu-west-1", architecture: own, is_new: true },
      ],
    });
    const again = await build("--public", "--name", "test", "--region", "us-east-1");
    expect(again.events.at(-1)).toMatchObject({ published: [{ arn: FIRST, is_new: false }] });

    const version = await lambda.send(new GetLayerVersionByArnCommand({ Arn: FIRST }));
    expect(version).toMatchObject({
      CompatibleArchitectures: [own],
      CompatibleRuntimes: ["nodejs24.x"],
      LicenseInfo: "MIT AND Apache-2.0",
    });
    const policy = { LayerName: `test-${own}`, VersionNumber: 1 };
    const { Policy = "" } = await lambda.send(new GetLayerVersionPolicyCommand(policy));
    expect(JSON.parse(Policy).Statement).toMatchObject([
      { Effect: "Allow", Principal: "*", Action: "lambda:GetLayerVersion" },
    ]);
  });

  test("list what was published", async () => {
    const { events } = await rehearsal.events(
      ...["list-layers", "--name", "test", "--region", "us-east-1", "eu-west-1"],
    );
    expect(events.at(-1)).toMatchObject({
      layers: [
        { region: "us-east-1", arn: FIRST, version: 1, architecture: own },
        { region: "eu-west-1", version: 1, architecture: own },
      ],
    });
    const none = await rehearsal.dsl("list-layers", "--name", "nobodys");
    expect(none.stdout).toBe("There are no layers named nobodys-arm64 or nobodys-x86_64.");
  });

  test("keep the newest version when the old ones are deleted, then delete that one by name", async () => {
    const where = ["--name", "test", "--region", "us-east-1"];
    const old = await rehearsal.dsl("delete-layer", "--old", "--yes", ...where);
    expect(old).toMatchObject({ exitCode: 0, stdout: "There are no old versions." });
    const asked = await rehearsal.dsl("delete-layer", FIRST);
    expect(asked).toMatchObject({ exitCode: 2 });
    const deleted = await rehearsal.dsl("delete-layer", FIRST, "--yes");
    expect(deleted).toMatchObject({ exitCode: 0, stdout: "Deleted 1 layer version." });
    const list = await rehearsal.events("list-layers", ...where);
    expect(list.events.at(-1)).toMatchObject({ layers: [] });
  });

  test.each([
    [["delete-layer", FIRST, "--yes"], 1, `There is no layer version ${FIRST}`],
    [["delete-layer", "--yes"], 2, "No layer version was named"],
    [["delete-layer", "dsl-arm64"], 2, "must be an ARN"],
    [["build-layer", "--arch", "riscv"], 2, "riscv"],
    [
      ["build-layer", "--arch", own, "--out", "/dev/null/x"],
      1,
      "The folder /dev/null/x cannot be written: /dev/null is not a folder",
    ],
    [["build-layer", "--arch", own, "--publish", "--name", "a b"], 2, "letters, digits"],
  ] as const)("say what is wrong with dsl %j", async (args, exitCode, message) => {
    const run = await rehearsal.dsl(...args);
    expect(run.exitCode).toBe(exitCode);
    expect(run.stderr).toContain(message);
    expect(run.stderr).toMatch(/^Try: \S/m);
  });
});
