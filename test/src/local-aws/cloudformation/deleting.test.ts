/** Stacks that are deleted, or cannot be. */
import { DeleteStackCommand } from "@aws-sdk/client-cloudformation";
import { describe, expect, test } from "vitest";
import { useLocalAws } from "../local-server.ts";
import { useFaults } from "./faults.ts";
import { CHAIN, logGroup, outputsOf, Stacks, withoutIds } from "./stacks.ts";

const local = useLocalAws();
const inject = useFaults(local);

describe("deleting a stack", () => {
  const BUCKET = {
    Resources: { Bucket: { Type: "AWS::S3::Bucket" } },
    Outputs: { Name: { Value: { Ref: "Bucket" } } },
  };

  test("fails while its bucket is not empty, and can be done again", async () => {
    const { objects } = local().context;
    const stacks = new Stacks(local());
    const { Name = "" } = outputsOf(await stacks.deploy("full", BUCKET));
    await objects.write(Name, "manifest.json", Buffer.from("{}"));
    expect(await stacks.delete("full")).toMatchObject({
      StackStatus: "DELETE_FAILED",
      StackStatusReason: "The following resource(s) failed to delete: [Bucket].",
    });
    expect(withoutIds(await stacks.events("full"))).toContain(
      'Bucket DELETE_FAILED: Resource handler returned message: "The bucket you tried to delete is not empty (Service: S3, Status Code: 409, Request ID: ID)" (RequestToken: ID, HandlerErrorCode: GeneralServiceException)',
    );
    objects.delete(Name, "manifest.json");
    expect((await stacks.delete("full")).StackStatus).toBe("DELETE_COMPLETE");
  });

  test("can leave the bucket behind", async () => {
    const { buckets, objects } = local().context;
    const stacks = new Stacks(local());
    const { Name = "" } = outputsOf(await stacks.deploy("leaving", BUCKET));
    await objects.write(Name, "manifest.json", Buffer.from("{}"));
    const { StackId = "" } = await stacks.delete("leaving");
    await stacks.client.send(
      new DeleteStackCommand({ StackName: "leaving", RetainResources: ["Bucket"] }),
    );
    await stacks.until(StackId, (status) => status === "DELETE_COMPLETE");
    expect(await stacks.events(StackId)).toContain("Bucket DELETE_SKIPPED");
    expect(buckets.find(Name)).toBeDefined();
  });

  test("keeps what the template wants kept", async () => {
    const stacks = new Stacks(local());
    const kept = logGroup(1, { DeletionPolicy: "Retain" });
    await stacks.deploy("retaining", { Resources: { Kept: kept, Gone: logGroup() } });
    await stacks.delete("retaining");
    const groups = local().context.logs.listGroups(local().region, "retaining-");
    expect(groups.map(({ name }) => name)).toEqual([expect.stringContaining("-Kept-")]);
  });

  test("that is not there is no error, nor is deleting it twice", async () => {
    const { client } = new Stacks(local());
    const stacks = new Stacks(local());
    const { StackId } = await stacks.deploy("once", { Resources: { Log: logGroup() } });
    for (const StackName of ["never-there", "once", "once", StackId]) {
      await client.send(new DeleteStackCommand({ StackName }));
    }
    await stacks.settled(StackId ?? "");
    await client.send(new DeleteStackCommand({ StackName: StackId }));
    expect((await stacks.settled(StackId ?? "")).StackStatus).toBe("DELETE_COMPLETE");
  });

  test("stops its creation", async () => {
    const stacks = new Stacks(local());
    inject({ operation: "CreateResource", match: "Second", kind: "slow", ms: 60_000 });
    await stacks.start("stopped", CHAIN);
    await stacks.until("stopped", (status) => status === "CREATE_IN_PROGRESS");
    expect((await stacks.delete("stopped")).StackStatus).toBe("DELETE_COMPLETE");
    expect(local().context.logs.listGroups(local().region, "stopped-")).toEqual([]);
  });
});
