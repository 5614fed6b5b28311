import {
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  ExecuteChangeSetCommand,
  ListChangeSetsCommand,
  ListExportsCommand,
  UpdateStackCommand,
} from "@aws-sdk/client-cloudformation";
import { expect, test } from "vitest";
import { useLocalAws } from "../local-server.ts";
import { logGroup, outputsOf, Stacks } from "./stacks.ts";

const local = useLocalAws();

const TEMPLATE = {
  Parameters: { Days: { Type: "Number", Default: 7 }, Secret: { Type: "String", NoEcho: true } },
  Resources: { Log: logGroup(1, { Properties: { RetentionInDays: { Ref: "Days" } } }) },
  Outputs: { Days: { Value: { Ref: "Days" } } },
};

test("waits in REVIEW_IN_PROGRESS until it is executed", async () => {
  const stacks = new Stacks(local());
  const { ChangeSetId, Status, ExecutionStatus } = await stacks.propose("reviewed", TEMPLATE, {
    Secret: "s",
  });
  expect({ Status, ExecutionStatus }).toEqual({
    Status: "CREATE_COMPLETE",
    ExecutionStatus: "AVAILABLE",
  });
  expect((await stacks.find("reviewed"))?.StackStatus).toBe("REVIEW_IN_PROGRESS");
  await stacks.client.send(new ExecuteChangeSetCommand({ ChangeSetName: ChangeSetId }));
  expect(outputsOf(await stacks.settled("reviewed"))).toEqual({ Days: "7" });
});

test("keeps previous values of parameters and hides those with NoEcho", async () => {
  const stacks = new Stacks(local());
  await stacks.deploy("previous", TEMPLATE, { Secret: "s", Days: "14" });
  const { Parameters } = await stacks.propose(
    "previous",
    TEMPLATE,
    {},
    {
      UsePreviousTemplate: true,
      TemplateBody: undefined,
      Parameters: [
        { ParameterKey: "Days", UsePreviousValue: true },
        { ParameterKey: "Secret", UsePreviousValue: true },
      ],
    },
  );
  expect(Parameters).toEqual([
    { ParameterKey: "Days", ParameterValue: "14" },
    { ParameterKey: "Secret", ParameterValue: "****" },
  ]);
});

test("adds, changes, replaces and removes", async () => {
  const stacks = new Stacks(local());
  const named = (name: string) => ({
    Type: "AWS::Logs::LogGroup",
    Properties: { LogGroupName: name, RetentionInDays: 1 },
  });
  await stacks.deploy("changing", {
    Resources: { Changed: logGroup(1), Replaced: named("/one"), Removed: logGroup(1) },
  });
  const after = {
    Resources: { Changed: logGroup(3), Replaced: named("/two"), Added: logGroup(1) },
  };
  const { Changes } = await stacks.propose("changing", after);
  expect(
    Changes?.map(({ ResourceChange: change }) => [
      change?.Action,
      change?.LogicalResourceId,
      change?.Replacement,
    ]),
  ).toEqual([
    ["Modify", "Changed", "False"],
    ["Modify", "Replaced", "True"],
    ["Add", "Added", undefined],
    ["Remove", "Removed", undefined],
  ]);
  expect((await stacks.deploy("changing", after)).StackStatus).toBe("UPDATE_COMPLETE");
  const { logs } = local().context;
  const groups = logs.listGroups(local().region).map(({ name }) => name);
  expect(groups).toContain("/two");
  expect(groups).not.toContain("/one");
  expect(groups.filter((name) => name.startsWith("changing-"))).toHaveLength(2);
});

test("gives new tags of the stack to its resources", async () => {
  const stacks = new Stacks(local());
  const template = {
    Resources: { Bucket: { Type: "AWS::S3::Bucket" } },
    Outputs: { Name: { Value: { Ref: "Bucket" } } },
  };
  const { Name = "" } = outputsOf(await stacks.deploy("tagged", template));
  const Tags = [{ Key: "team", Value: "data" }];
  const { Changes } = await stacks.propose("tagged", template, {}, { Tags });
  expect(Changes?.[0]?.ResourceChange).toMatchObject({ Action: "Modify", Scope: ["Tags"] });
  const { Tags: after } = await stacks.deploy("tagged", template, {}, { Tags });
  expect(after).toEqual(Tags);
  const tagging = JSON.stringify(local().context.buckets.configuration(Name, "tagging"));
  expect(tagging).toContain('{"Key":"team","Value":"data"}');
  expect(tagging).toContain('{"Key":"aws:cloudformation:logical-id","Value":"Bucket"}');
});

test("can change outputs alone", async () => {
  const stacks = new Stacks(local());
  await stacks.deploy("outputs", { Resources: { Log: logGroup() } });
  const template = { Resources: { Log: logGroup() }, Outputs: { O: { Value: "v" } } };
  const { Status, Changes } = await stacks.propose("outputs", template);
  expect({ Status, Changes }).toEqual({ Status: "CREATE_COMPLETE", Changes: [] });
  expect(outputsOf(await stacks.deploy("outputs", template))).toEqual({ O: "v" });
});

test("exports values that another stack imports", async () => {
  const stacks = new Stacks(local());
  await stacks.deploy("exporting", {
    Resources: { Log: logGroup() },
    Outputs: { Days: { Value: 3, Export: { Name: "days" } } },
  });
  const { Exports } = await stacks.client.send(new ListExportsCommand({}));
  expect(Exports).toMatchObject([{ Name: "days", Value: "3" }]);
  const importing = { RetentionInDays: { "Fn::ImportValue": "days" } };
  const stack = await stacks.deploy("importing", {
    Resources: { Log: logGroup(1, { Properties: importing }) },
  });
  expect(stack.StackStatus).toBe("CREATE_COMPLETE");
});

test("is listed, and deleted twice without harm", async () => {
  const stacks = new Stacks(local());
  const { ChangeSetName, StackId } = await stacks.propose("listed", {
    Resources: { Log: logGroup() },
  });
  const list = () => stacks.client.send(new ListChangeSetsCommand({ StackName: "listed" }));
  expect((await list()).Summaries?.map((one) => one.ChangeSetName)).toEqual([ChangeSetName]);
  for (const _time of ["once", "twice"]) {
    await stacks.client.send(new DeleteChangeSetCommand({ ChangeSetName, StackName: "listed" }));
  }
  expect((await list()).Summaries).toEqual([]);
  const describeIt = new DescribeChangeSetCommand({ ChangeSetName, StackName: StackId });
  await expect(stacks.client.send(describeIt)).rejects.toMatchObject({
    name: "ChangeSetNotFoundException",
    message: `ChangeSet [${ChangeSetName}] does not exist`,
  });
});

test("is refused for stacks in the wrong state", async () => {
  const stacks = new Stacks(local());
  const TemplateBody = JSON.stringify({ Resources: { Log: logGroup() } });
  const create = (StackName: string, ChangeSetType: "CREATE" | "UPDATE") =>
    stacks.client.send(
      new CreateChangeSetCommand({
        StackName,
        ChangeSetName: "twice",
        ChangeSetType,
        TemplateBody,
      }),
    );
  await expect(create("nobody", "UPDATE")).rejects.toThrow("Stack [nobody] does not exist");
  await stacks.deploy("somebody", TemplateBody);
  await expect(create("somebody", "CREATE")).rejects.toThrow(
    "Stack [somebody] already exists and cannot be created again with the changeSet",
  );
  await create("waiting", "CREATE");
  await expect(create("waiting", "CREATE")).rejects.toMatchObject({
    name: "AlreadyExistsException",
  });
  await expect(create("waiting", "UPDATE")).rejects.toThrow(
    "is in REVIEW_IN_PROGRESS state and can not be updated",
  );
});

test("is not needed: CreateStack and UpdateStack do without", async () => {
  const stacks = new Stacks(local());
  const template = (days: number) => JSON.stringify({ Resources: { Log: logGroup(days) } });
  const StackName = "direct";
  await stacks.client.send(new CreateStackCommand({ StackName, TemplateBody: template(1) }));
  expect((await stacks.settled(StackName)).StackStatus).toBe("CREATE_COMPLETE");
  const update = (days: number) =>
    stacks.client.send(new UpdateStackCommand({ StackName, TemplateBody: template(days) }));
  await expect(update(1)).rejects.toThrow("No updates are to be performed.");
  await update(3);
  expect((await stacks.settled(StackName)).StackStatus).toBe("UPDATE_COMPLETE");
});

test("belongs to its region", async () => {
  const here = new Stacks(local());
  const elsewhere = new Stacks({ ...local(), region: "eu-central-1" });
  await here.deploy("regional", { Resources: { Log: logGroup() } });
  expect(await elsewhere.find("regional")).toBeUndefined();
  expect(
    (await elsewhere.deploy("regional", { Resources: { Log: logGroup() } })).StackId,
  ).toContain(":eu-central-1:");
});
