/** The real AWS CLI against the local AWS, where it is installed. */
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { templatesFolder } from "../../../src/paths.ts";
import { awsCommand } from "./aws-command.ts";
import { temporaryHome, useLocalAws } from "./local-server.ts";
import { isOnPath } from "./on-path.ts";

describe("the aws command", () => {
  const local = useLocalAws();
  const folder = temporaryHome();

  const aws = (...args: string[]) => awsCommand(local().endpoint, folder, args);

  /** `aws cloudformation wait` looks only every 30 seconds. */
  async function waitFor(status: string, stack: string[]) {
    while (true) {
      const { Stacks } = JSON.parse(await aws("cloudformation", "describe-stacks", ...stack));
      if (Stacks[0].StackStatus === status) return Stacks[0];
      expect(Stacks[0].StackStatus).toMatch(/_IN_PROGRESS$/);
    }
  }

  test.runIf(isOnPath("aws"))("tells who is calling", async () => {
    expect(JSON.parse(await aws("sts", "get-caller-identity"))).toMatchObject({
      Account: "000000000000",
    });
  });

  test.runIf(isOnPath("aws"))(
    "makes a bucket, copies a large and a small file there and back, lists and removes them",
    async () => {
      // Above 8 MB the CLI uploads in parts and downloads ranges.
      const large = randomBytes(9_000_000);
      writeFileSync(join(folder, "large"), large);
      writeFileSync(join(folder, "a b+c.txt"), "small");
      await aws("s3", "mb", "s3://from-the-cli");
      await aws("s3", "cp", join(folder, "large"), "s3://from-the-cli/big/large");
      await aws("s3", "cp", join(folder, "a b+c.txt"), "s3://from-the-cli/");
      expect(await aws("s3", "ls")).toContain("from-the-cli");
      const listing = await aws("s3", "ls", "s3://from-the-cli");
      expect(listing).toContain("PRE big/");
      expect(listing).toContain("5 a b+c.txt");
      await aws("s3", "cp", "s3://from-the-cli/big/large", join(folder, "back"));
      expect(readFileSync(join(folder, "back")).equals(large)).toBe(true);
      await aws("s3", "rb", "s3://from-the-cli", "--force");
      expect(await aws("s3", "ls")).not.toContain("from-the-cli");
    },
  );

  test.runIf(isOnPath("aws"))("creates a stack, describes it and deletes it", async () => {
    const stack = ["--stack-name", "from-the-cli"];
    const template = `file://${join(templatesFolder, "bucket.yaml")}`;
    await aws("cloudformation", "create-stack", ...stack, "--template-body", template);
    const described = await waitFor("CREATE_COMPLETE", stack);
    expect(described.Outputs).toMatchObject([{ OutputKey: "BucketName" }]);
    expect(await aws("s3", "ls")).toContain(described.Outputs[0].OutputValue);
    await aws("cloudformation", "delete-stack", ...stack);
  });

  test.runIf(isOnPath("aws"))("shows logs", async () => {
    const time = Date.now();
    local().context.logs.append("us-east-1", "/aws/lambda/cli", "stream", [
      { time, message: "a line of the log" },
    ]);
    expect(await aws("logs", "describe-log-groups")).toContain("/aws/lambda/cli");
    const events = await aws("logs", "filter-log-events", "--log-group-name", "/aws/lambda/cli");
    expect(events).toContain("a line of the log");
  });
});
