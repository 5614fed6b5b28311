/** The real AWS CLI deploys the project's bucket template, where it is installed. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { templatesFolder } from "../../../../src/paths.ts";
import { awsCommand } from "../aws-command.ts";
import { temporaryHome, useLocalAws } from "../local-server.ts";
import { isOnPath } from "../on-path.ts";
import { Stacks } from "./stacks.ts";

describe("the aws command", () => {
  const local = useLocalAws();
  const folder = temporaryHome();

  const aws = (...args: string[]) => awsCommand(local().endpoint, folder, args);

  test.runIf(isOnPath("aws"))("creates a stack, describes it and deletes it", async () => {
    const template = join(templatesFolder, "bucket.yaml");
    const stack = ["--stack-name", "from-the-cli"];
    // The CLI's own waiters ask every 30 seconds.
    const stacks = new Stacks(local());
    const body = ["--template-body", `file://${template}`];
    await aws("cloudformation", "create-stack", ...stack, ...body, "--tags", "Key=team,Value=data");
    await stacks.settled("from-the-cli");
    const described = JSON.parse(await aws("cloudformation", "describe-stacks", ...stack));
    expect(described.Stacks).toMatchObject([
      { StackStatus: "CREATE_COMPLETE", Tags: [{ Key: "team", Value: "data" }] },
    ]);
    const events = await aws("cloudformation", "describe-stack-events", ...stack);
    expect(events).toContain('"LogicalResourceId": "BucketPolicy"');
    const again = [
      "--template-file",
      template,
      "--tags",
      "team=data",
      "--no-fail-on-empty-changeset",
    ];
    expect(await aws("cloudformation", "deploy", ...stack, ...again)).toContain(
      "No changes to deploy",
    );
    await aws("cloudformation", "delete-stack", ...stack);
    await stacks.settled(described.Stacks[0].StackId);
    expect(await aws("s3", "ls")).not.toContain("from-the-cli");
  });

  test.runIf(isOnPath("aws"))("validates a template", async () => {
    const body = `file://${join(templatesFolder, "service.yaml")}`;
    const answer = await aws("cloudformation", "validate-template", "--template-body", body);
    expect(JSON.parse(answer)).toMatchObject({ Capabilities: ["CAPABILITY_IAM"] });
  });
});
