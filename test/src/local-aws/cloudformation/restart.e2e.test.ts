/** A server that ends, or is killed, in the middle of work on a stack. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { FaultRuleInput } from "../../../../src/local-aws/common/faults.ts";
import { REGION } from "../../../../src/local-aws/identity.ts";
import { startLocalAws } from "../../../../src/local-aws/local-aws.ts";
import { templatesFolder } from "../../../../src/paths.ts";
import { type DaemonProcess, startDaemon } from "../daemon-process.ts";
import { logGroup, outputsOf, Stacks } from "./stacks.ts";

const TEMPLATE = {
  Resources: {
    One: logGroup(),
    Bucket: { Type: "AWS::S3::Bucket" },
    Two: logGroup(7, { DependsOn: "One" }),
  },
  Outputs: { Bucket: { Value: { Ref: "Bucket" } } },
};

function hanging(operation: string, match: string): { rules: FaultRuleInput[] } {
  return { rules: [{ service: "cloudformation", operation, match, kind: "slow", ms: 60_000 }] };
}

/** A folder that is removed after the test. */
function temporaryHome(): string {
  const home = mkdtempSync(join(tmpdir(), "dsl-local-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

function stacksOf({ endpoint, credentials }: DaemonProcess): Stacks {
  return new Stacks({ endpoint, region: REGION, credentials } as never);
}

test.each([
  ["One", "a creation that has just begun"],
  ["Two", "a creation that is half done"],
])("finishes, killed while %s hung: %s", async (hangs) => {
  const home = temporaryHome();
  const killed = await startDaemon(home, hanging("CreateResource", hangs));
  const stacks = stacksOf(killed);
  await stacks.start("northwind", TEMPLATE);
  await eventOf(stacks, "northwind", `${hangs} CREATE_IN_PROGRESS`);
  await killed.end("SIGKILL");

  const local = await startLocalAws({ home, port: 0, secretAccessKey: "local" });
  const stack = await new Stacks(local).settled("northwind");
  expect(stack.StackStatus).toBe("CREATE_COMPLETE");
  expect(local.context.buckets.list().map(({ name }) => name)).toEqual([outputsOf(stack).Bucket]);
  expect(local.context.logs.listGroups(REGION)).toHaveLength(2);
  await local.close();
});

test("finishes an update, a rollback and a deletion that were stopped", async () => {
  const home = temporaryHome();
  const restart = async (
    work: (stacks: Stacks, faults: (rules: object) => void) => Promise<void>,
  ) => {
    const local = await startLocalAws({ home, port: 0, secretAccessKey: "local" });
    await work(new Stacks(local), (settings) => local.context.faults.set(settings as never));
    await local.close();
  };
  const changed = { Resources: { ...TEMPLATE.Resources, One: logGroup(1), New: logGroup() } };

  await restart(async (stacks, faults) => {
    await stacks.deploy("northwind", TEMPLATE);
    faults(hanging("UpdateResource", "One"));
    await stacks.start("northwind", changed);
    await eventOf(stacks, "northwind", "One UPDATE_IN_PROGRESS");
  });
  await restart(async (stacks, faults) => {
    expect((await stacks.settled("northwind")).StackStatus).toBe("UPDATE_COMPLETE");
    faults({
      rules: [
        {
          service: "cloudformation",
          operation: "CreateResource",
          match: "Last",
          kind: "error",
          code: "No",
        },
        ...hanging("RollbackResource", "One").rules,
      ],
    });
    await stacks.start("northwind", {
      Resources: {
        ...changed.Resources,
        One: logGroup(3),
        Last: logGroup(7, { DependsOn: "One" }),
      },
    });
    await stacks.until("northwind", (status) => status === "UPDATE_ROLLBACK_IN_PROGRESS");
  });
  await restart(async (stacks, faults) => {
    expect((await stacks.settled("northwind")).StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
    faults(hanging("DeleteResource", "One"));
    void stacks.delete("northwind").catch(() => "the server closes");
    await eventOf(stacks, "northwind", "One DELETE_IN_PROGRESS");
  });
  await restart(async (stacks) => {
    while ((await stacks.find("northwind")) !== undefined) await pause();
  });
  const local = await startLocalAws({ home, port: 0, secretAccessKey: "local" });
  expect(local.context.logs.listGroups(REGION)).toEqual([]);
  expect(local.context.buckets.list()).toEqual([]);
  await local.close();
});

test("keeps stacks, functions and the addresses of APIs", async () => {
  const home = temporaryHome();
  const api = {
    Resources: {
      Api: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "x", ProtocolType: "HTTP" } },
    },
    Outputs: { Url: { Value: { "Fn::GetAtt": ["Api", "ApiEndpoint"] } } },
  };
  const first = await startLocalAws({ home, port: 0, secretAccessKey: "local" });
  const { Url = "" } = outputsOf(await new Stacks(first).deploy("api", api));
  await new Stacks(first).deploy(
    "bucket",
    readFileSync(join(templatesFolder, "bucket.yaml"), "utf8"),
  );
  await first.close();
  await expect(fetch(Url)).rejects.toThrow();

  const second = await startLocalAws({ home, port: 0, secretAccessKey: "local" });
  expect((await new Stacks(second).find("bucket"))?.StackStatus).toBe("CREATE_COMPLETE");
  expect((await fetch(Url)).status).toBe(404);
  await second.close();
});

async function eventOf(stacks: Stacks, name: string, event: string): Promise<void> {
  while (!(await stacks.events(name)).includes(event)) {
    await pause();
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 10));
}
