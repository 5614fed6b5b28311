/** Operations that only read. */
import { z } from "zod";
import type { StackRecord } from "../engine/records.ts";
import type { StackStatus } from "../engine/status.ts";
import { validationError } from "../template/errors.ts";
import { describeEvent, describeResource, describeStack } from "./describe.ts";
import { type Desk, existingStack, list, operation, page, stackName } from "./operation.ts";

const nextToken = { NextToken: z.string().optional() };

const describeStacks = operation(
  z.strictObject({ StackName: stackName.optional(), ...nextToken }),
  ({ StackName, NextToken }, desk) => {
    const stacks =
      StackName === undefined
        ? desk.store.list(desk.region).filter(({ status }) => status !== "DELETE_COMPLETE")
        : [existingStack(desk, StackName)];
    const { items, nextToken: token } = page(stacks, NextToken, ({ id }) => id);
    return { Stacks: items.map(describeStack), NextToken: token };
  },
);

const listStacks = operation(
  z.strictObject({ StackStatusFilter: list(z.string()), ...nextToken }),
  ({ StackStatusFilter, NextToken }, { store, region }) => {
    const wanted = (status: StackStatus) =>
      StackStatusFilter.length === 0 || StackStatusFilter.includes(status);
    const stacks = store.list(region).filter(({ status }) => wanted(status));
    const { items, nextToken: token } = page(stacks, NextToken, ({ id }) => id);
    return {
      StackSummaries: items.map((stack) => {
        const { StackId, StackName, CreationTime, LastUpdatedTime, DeletionTime, ...rest } =
          describeStack(stack);
        const { StackStatus, StackStatusReason, DriftInformation, Description } = rest;
        return {
          StackId,
          StackName,
          TemplateDescription: Description,
          CreationTime,
          LastUpdatedTime,
          DeletionTime,
          StackStatus,
          StackStatusReason,
          DriftInformation,
        };
      }),
      NextToken: token,
    };
  },
);

const describeStackEvents = operation(
  z.strictObject({ StackName: stackName, ...nextToken }),
  ({ StackName, NextToken }, { store, region }) => {
    const stack = store.find(region, StackName);
    if (stack === undefined) throw validationError(`Stack [${StackName}] does not exist`);
    const { items, nextToken: token } = page(stack.events.toReversed(), NextToken, ({ id }) => id);
    return { StackEvents: items.map((event) => describeEvent(stack, event)), NextToken: token };
  },
);

const describeStackResources = operation(
  z.strictObject({
    StackName: stackName.optional(),
    LogicalResourceId: z.string().optional(),
    PhysicalResourceId: z.string().optional(),
  }),
  ({ StackName, LogicalResourceId, PhysicalResourceId }, desk) => {
    if ((StackName === undefined) === (PhysicalResourceId === undefined)) {
      throw validationError("Exactly one of StackName and PhysicalResourceId must be specified");
    }
    const stack =
      StackName === undefined
        ? stackOf(PhysicalResourceId ?? "", desk)
        : existingStack(desk, StackName);
    return {
      StackResources: Object.values(stack.resources)
        .filter(({ logicalId }) => (LogicalResourceId ?? logicalId) === logicalId)
        .map((resource) => ({
          ...describeResource(resource),
          StackId: stack.id,
          StackName: stack.name,
          Timestamp: resource.updatedAt,
        })),
    };
  },
);

function stackOf(physicalId: string, { store, region }: Desk): StackRecord {
  const stack = store
    .list(region)
    .find(({ resources }) =>
      Object.values(resources).some((resource) => resource.physicalId === physicalId),
    );
  if (stack === undefined) throw validationError(`Stack for ${physicalId} does not exist`);
  return stack;
}

const describeStackResource = operation(
  z.strictObject({ StackName: stackName, LogicalResourceId: z.string() }),
  ({ StackName, LogicalResourceId }, desk) => {
    const stack = existingStack(desk, StackName);
    const resource = stack.resources[LogicalResourceId];
    if (resource === undefined) {
      throw validationError(`Resource ${LogicalResourceId} does not exist for stack ${stack.name}`);
    }
    return {
      StackResourceDetail: {
        ...describeResource(resource),
        StackId: stack.id,
        StackName: stack.name,
        LastUpdatedTimestamp: resource.updatedAt,
      },
    };
  },
);

const listStackResources = operation(
  z.strictObject({ StackName: stackName, ...nextToken }),
  ({ StackName, NextToken }, desk) => {
    const stack = existingStack(desk, StackName);
    const resources = Object.values(stack.resources);
    const { items, nextToken: token } = page(resources, NextToken, ({ logicalId }) => logicalId);
    return {
      StackResourceSummaries: items.map((resource) => ({
        ...describeResource(resource),
        LastUpdatedTimestamp: resource.updatedAt,
      })),
      NextToken: token,
    };
  },
);

const listExports = operation(z.strictObject(nextToken), ({ NextToken }, { store, region }) => {
  const exported = [...store.exports(region)];
  const { items, nextToken: token } = page(exported, NextToken, ([name]) => name);
  return {
    Exports: items.map(([Name, { value, stackId }]) => ({
      ExportingStackId: stackId,
      Name,
      Value: value,
    })),
    NextToken: token,
  };
});

export const readingOperations = {
  DescribeStacks: describeStacks,
  ListStacks: listStacks,
  DescribeStackEvents: describeStackEvents,
  DescribeStackResources: describeStackResources,
  DescribeStackResource: describeStackResource,
  ListStackResources: listStackResources,
  ListExports: listExports,
};
