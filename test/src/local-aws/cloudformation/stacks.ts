/** What the tests of stacks do again and again, with the real SDK client. */
import { randomUUID } from "node:crypto";
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  type CreateChangeSetCommandInput,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  type DescribeChangeSetCommandOutput,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  paginateDescribeStackEvents,
  type Stack,
} from "@aws-sdk/client-cloudformation";
import type { RunningLocalAws } from "../../../../src/local-aws/local-aws.ts";

export class Stacks {
  readonly client: CloudFormationClient;

  constructor({ endpoint, region, credentials }: RunningLocalAws) {
    this.client = new CloudFormationClient({ endpoint, region, credentials, maxAttempts: 1 });
  }

  /** Makes a change set, CREATE for a stack that does not exist yet, and gives its description. */
  async propose(
    name: string,
    template: unknown,
    parameters: Record<string, string> = {},
    more: Partial<CreateChangeSetCommandInput> = {},
  ): Promise<DescribeChangeSetCommandOutput> {
    const status = (await this.find(name))?.StackStatus ?? "REVIEW_IN_PROGRESS";
    const { Id } = await this.client.send(
      new CreateChangeSetCommand({
        StackName: name,
        ChangeSetName: `change-${randomUUID()}`,
        ChangeSetType: status === "REVIEW_IN_PROGRESS" ? "CREATE" : "UPDATE",
        TemplateBody: typeof template === "string" ? template : JSON.stringify(template),
        Capabilities: ["CAPABILITY_IAM"],
        Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
          ParameterKey,
          ParameterValue,
        })),
        ...more,
      }),
    );
    for (;;) {
      const changeSet = await this.client.send(new DescribeChangeSetCommand({ ChangeSetName: Id }));
      if (changeSet.Status !== "CREATE_IN_PROGRESS") return changeSet;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Proposes and executes; returns as soon as the work has begun. */
  async start(...proposal: Parameters<Stacks["propose"]>): Promise<void> {
    const { ChangeSetId, Status, StatusReason } = await this.propose(...proposal);
    if (Status !== "CREATE_COMPLETE") throw new Error(`${Status}: ${StatusReason}`);
    await this.client.send(new ExecuteChangeSetCommand({ ChangeSetName: ChangeSetId }));
  }

  /** Proposes and executes; returns the stack when the work is done. */
  async deploy(...proposal: Parameters<Stacks["propose"]>): Promise<Stack> {
    await this.start(...proposal);
    return this.settled(proposal[0]);
  }

  async delete(name: string): Promise<Stack> {
    const stack = await this.find(name);
    await this.client.send(new DeleteStackCommand({ StackName: name }));
    return this.settled(stack?.StackId ?? name);
  }

  /** The stack, once nothing is being done to it. */
  async settled(nameOrId: string): Promise<Stack> {
    return this.until(nameOrId, (status) => !status.endsWith("_IN_PROGRESS"));
  }

  async until(nameOrId: string, isWanted: (status: string) => boolean): Promise<Stack> {
    for (;;) {
      const { Stacks } = await this.client.send(new DescribeStacksCommand({ StackName: nameOrId }));
      const stack = Stacks?.[0];
      if (stack !== undefined && isWanted(stack.StackStatus ?? "")) return stack;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async find(name: string): Promise<Stack | undefined> {
    const { Stacks } = await this.client.send(new DescribeStacksCommand({}));
    return Stacks?.find(({ StackName }) => StackName === name);
  }

  /** `LOGICALID STATUS[: reason]`, oldest first. */
  async events(nameOrId: string): Promise<string[]> {
    const events: string[] = [];
    const pages = paginateDescribeStackEvents({ client: this.client }, { StackName: nameOrId });
    for await (const { StackEvents } of pages) {
      for (const { LogicalResourceId, ResourceStatus, ResourceStatusReason } of StackEvents ?? []) {
        const reason = ResourceStatusReason === undefined ? "" : `: ${ResourceStatusReason}`;
        events.unshift(`${LogicalResourceId} ${ResourceStatus}${reason}`);
      }
    }
    return events;
  }
}

export function outputsOf(stack: Stack): Record<string, string> {
  return Object.fromEntries(
    (stack.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey ?? "", OutputValue ?? ""]),
  );
}

/** A log group: the cheapest resource there is. */
export function logGroup(retention: number | string = 7, more: object = {}) {
  return { Type: "AWS::Logs::LogGroup", Properties: { RetentionInDays: retention }, ...more };
}

/** Log groups that are made one after the other. */
export const CHAIN = {
  Resources: {
    First: logGroup(),
    Second: logGroup(7, { DependsOn: "First" }),
    Third: logGroup(7, { DependsOn: "Second" }),
  },
};

/** Identifiers of requests are different each time. */
export function withoutIds(events: string[]): string[] {
  return events.map((event) => event.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID"));
}
