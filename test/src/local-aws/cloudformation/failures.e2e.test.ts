/** Stacks that fail, and how they come back. */
import {
  CancelUpdateStackCommand,
  ContinueUpdateRollbackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from "@aws-sdk/client-cloudformation";
import { describe, expect, test } from "vitest";
import { useLocalAws } from "../local-server.ts";
import { useFaults } from "./faults.ts";
import { CHAIN, logGroup, Stacks, withoutIds } from "./stacks.ts";

const local = useLocalAws();
const inject = useFaults(local);

const FAILED =
  'Resource handler returned message: "No luck (Service: CloudWatchLogs, Status Code: 500, Request ID: ID)" (RequestToken: ID, HandlerErrorCode: GeneralServiceException)';

describe("creating a stack", () => {
  test("rolls back what has been made, the last first, and tells why", async () => {
    const stacks = new Stacks(local());
    inject({ operation: "CreateResource", match: "Second" });
    const { StackStatus } = await stacks.deploy("failing", CHAIN);
    expect(StackStatus).toBe("ROLLBACK_COMPLETE");
    expect(withoutIds(await stacks.events("failing"))).toEqual([
      "failing REVIEW_IN_PROGRESS: User Initiated",
      "failing CREATE_IN_PROGRESS: User Initiated",
      "First CREATE_IN_PROGRESS",
      "First CREATE_IN_PROGRESS: Resource creation Initiated",
      "First CREATE_COMPLETE",
      "Second CREATE_IN_PROGRESS",
      `Second CREATE_FAILED: ${FAILED}`,
      "failing ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [Second]. Rollback requested by user.",
      "Second DELETE_COMPLETE",
      "First DELETE_IN_PROGRESS",
      "First DELETE_COMPLETE",
      "failing ROLLBACK_COMPLETE",
    ]);
    expect(local().context.logs.listGroups(local().region, "failing")).toEqual([]);
  });

  test("cancels what else is being made: the cascade", async () => {
    const stacks = new Stacks(local());
    inject(
      { operation: "CreateResource", match: "One" },
      { operation: "CreateResource", match: "Two", kind: "slow", ms: 100 },
    );
    await stacks.deploy("cascade", { Resources: { One: logGroup(), Two: logGroup() } });
    const events = await stacks.events("cascade");
    expect(events).toContain("Two CREATE_FAILED: Resource creation cancelled");
    expect(events).toContain(
      "cascade ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [One, Two]. Rollback requested by user.",
    );
    expect(local().context.logs.listGroups(local().region, "cascade")).toEqual([]);
  });

  test("leaves a stack that can only be deleted", async () => {
    const stacks = new Stacks(local());
    inject({ operation: "CreateResource", match: "Second" });
    await stacks.deploy("only-deletable", CHAIN);
    await expect(stacks.propose("only-deletable", CHAIN)).rejects.toThrow(
      "is in ROLLBACK_COMPLETE state and can not be updated.",
    );
    expect((await stacks.delete("only-deletable")).StackStatus).toBe("DELETE_COMPLETE");
  });

  test("fails to roll back when a resource cannot be deleted", async () => {
    const stacks = new Stacks(local());
    inject(
      { operation: "CreateResource", match: "Second" },
      { operation: "DeleteResource", match: "First" },
    );
    const stack = await stacks.deploy("stuck", CHAIN);
    expect(stack).toMatchObject({
      StackStatus: "ROLLBACK_FAILED",
      StackStatusReason: "The following resource(s) failed to delete: [First].",
    });
    local().context.faults.set({ rules: [] });
    expect((await stacks.delete("stuck")).StackStatus).toBe("DELETE_COMPLETE");
  });

  test.each([
    ["DO_NOTHING", "CREATE_FAILED"],
    ["DELETE", "DELETE_COMPLETE"],
  ] as const)("with OnStackFailure %s ends in %s", async (OnStackFailure, status) => {
    const stacks = new Stacks(local());
    const name = `on-failure-${OnStackFailure.replace("_", "-")}`;
    inject({ operation: "CreateResource", match: "Second" });
    const { StackId } = await stacks.propose(name, CHAIN, {}, { OnStackFailure });
    await stacks.start(name, CHAIN, {}, { OnStackFailure });
    expect((await stacks.settled(StackId ?? "")).StackStatus).toBe(status);
  });

  test("fails when a name is taken", async () => {
    const stacks = new Stacks(local());
    local().context.logs.createGroup(local().region, "/taken");
    const taken = { Properties: { LogGroupName: "/taken" } };
    const { StackStatus } = await stacks.deploy("taken", {
      Resources: { Log: logGroup(1, taken) },
    });
    expect(StackStatus).toBe("ROLLBACK_COMPLETE");
    expect((await stacks.events("taken")).join()).toContain("HandlerErrorCode: AlreadyExists");
    expect(local().context.logs.findGroup(local().region, "/taken")).toBeDefined();
  });

  test("is throttled as a service is", async () => {
    const stacks = new Stacks(local());
    inject({ operation: "DescribeStacks", kind: "throttle", count: 1 });
    await expect(stacks.client.send(new DescribeStacksCommand({}))).rejects.toMatchObject({
      name: "Throttling",
      message: "Rate exceeded",
    });
  });
});

describe("updating a stack", () => {
  const before = { Resources: { Kept: logGroup(1), Changed: logGroup(1), Gone: logGroup(1) } };
  const after = {
    Resources: {
      Kept: logGroup(1),
      Changed: logGroup(3),
      New: logGroup(1),
      Last: logGroup(1, { DependsOn: ["Changed", "New"] }),
    },
    Outputs: { Changed: { Value: { Ref: "Changed" } } },
  };

  test("goes back to what was, and tells why", async () => {
    const stacks = new Stacks(local());
    await stacks.deploy("back", before);
    inject({ operation: "CreateResource", match: "Last" });
    const stack = await stacks.deploy("back", after);
    expect(stack).toMatchObject({ StackStatus: "UPDATE_ROLLBACK_COMPLETE", Outputs: [] });
    const events = withoutIds(await stacks.events("back"));
    expect(events.slice(events.indexOf("Last CREATE_IN_PROGRESS"))).toEqual([
      "Last CREATE_IN_PROGRESS",
      `Last CREATE_FAILED: ${FAILED}`,
      "back UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [Last].",
      "Changed UPDATE_IN_PROGRESS",
      "Changed UPDATE_COMPLETE",
      "back UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
      "Last DELETE_COMPLETE",
      "New DELETE_IN_PROGRESS",
      "New DELETE_COMPLETE",
      "back UPDATE_ROLLBACK_COMPLETE",
    ]);
    const groups = local().context.logs.listGroups(local().region, "back-");
    expect(groups.map(({ retentionDays }) => retentionDays)).toEqual([1, 1, 1]);
    local().context.faults.set({ rules: [] });
    expect((await stacks.deploy("back", after)).StackStatus).toBe("UPDATE_COMPLETE");
  });

  test("gets stuck in UPDATE_ROLLBACK_FAILED, and goes on when it is told to", async () => {
    const stacks = new Stacks(local());
    await stacks.deploy("stuck-update", before);
    inject(
      { operation: "CreateResource", match: "Last" },
      { operation: "RollbackResource", match: "Changed" },
    );
    expect(await stacks.deploy("stuck-update", after)).toMatchObject({
      StackStatus: "UPDATE_ROLLBACK_FAILED",
      StackStatusReason: "The following resource(s) failed to update: [Changed].",
    });
    await expect(stacks.propose("stuck-update", after)).rejects.toThrow(
      "is in UPDATE_ROLLBACK_FAILED state and can not be updated.",
    );
    local().context.faults.set({ rules: [] });
    const StackName = "stuck-update";
    await stacks.client.send(new ContinueUpdateRollbackCommand({ StackName }));
    expect((await stacks.settled(StackName)).StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
    const groups = local().context.logs.listGroups(local().region, "stuck-update-");
    expect(groups.map(({ retentionDays }) => retentionDays)).toEqual([1, 1, 1]);
  });

  test("can skip what cannot be rolled back", async () => {
    const stacks = new Stacks(local());
    await stacks.deploy("skipping", before);
    inject(
      { operation: "CreateResource", match: "Last" },
      { operation: "RollbackResource", match: "Changed" },
    );
    await stacks.deploy("skipping", after);
    await stacks.client.send(
      new ContinueUpdateRollbackCommand({ StackName: "skipping", ResourcesToSkip: ["Changed"] }),
    );
    expect((await stacks.settled("skipping")).StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
  });

  test("can be cancelled while it hangs", async () => {
    const stacks = new Stacks(local());
    await stacks.deploy("hanging", before);
    inject({ operation: "UpdateResource", match: "Changed", kind: "slow", ms: 60_000 });
    await stacks.start("hanging", after);
    await expect(stacks.propose("hanging", after)).rejects.toThrow(
      "is in UPDATE_IN_PROGRESS state and can not be updated.",
    );
    await expect(
      stacks.client.send(new DeleteStackCommand({ StackName: "hanging" })),
    ).rejects.toThrow("cannot be deleted while in status UPDATE_IN_PROGRESS");
    await stacks.client.send(new CancelUpdateStackCommand({ StackName: "hanging" }));
    expect((await stacks.settled("hanging")).StackStatus).toBe("UPDATE_ROLLBACK_COMPLETE");
  });

  test("cannot make another type of a resource", async () => {
    const stacks = new Stacks(local());
    await stacks.deploy("type", before);
    const changed = { Resources: { ...before.Resources, Kept: { Type: "AWS::S3::Bucket" } } };
    await expect(stacks.propose("type", changed)).rejects.toThrow(
      "Update of resource type is not permitted. The new template modifies resource type of the following resources: [Kept]",
    );
  });
});

test("gives events and stacks in pages", async () => {
  const stacks = new Stacks(local());
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`Log${at}`, logGroup()]));
  await stacks.deploy("many", { Resources: many });
  const first = await stacks.client.send(new DescribeStackEventsCommand({ StackName: "many" }));
  expect(first.StackEvents).toHaveLength(100);
  expect(first.StackEvents?.[0]?.ResourceStatus).toBe("CREATE_COMPLETE");
  expect(first.NextToken).toBeDefined();
  expect(await stacks.events("many")).toHaveLength(3 + 3 * 40);
});
