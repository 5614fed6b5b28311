/** Records in the words of the API. */
import type {
  EventRecord,
  ResourceRecord,
  Revision,
  StackRecord,
  Tags,
} from "../engine/records.ts";
import { parseTemplate } from "../template/template.ts";
import type { Answer } from "./query-protocol.ts";

export function describedTags(tags: Tags): Answer[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Values of parameters with NoEcho stay hidden. */
export function describedParameters({ template, parameters }: Revision): Answer[] {
  const definitions = parseTemplate(template).parameters;
  return Object.entries(parameters).map(([ParameterKey, value]) => ({
    ParameterKey,
    ParameterValue: definitions.get(ParameterKey)?.NoEcho ? "****" : value,
  }));
}

export function describeStack(stack: StackRecord): Answer {
  const { revision } = stack;
  return {
    StackId: stack.id,
    StackName: stack.name,
    ChangeSetId: stack.operation?.changeSetId ?? stack.changeSets[0]?.id,
    Description: revision && parseTemplate(revision.template).description,
    Parameters: revision ? describedParameters(revision) : [],
    CreationTime: stack.createdAt,
    LastUpdatedTime: stack.updatedAt,
    DeletionTime: stack.deletedAt,
    RollbackConfiguration: {},
    StackStatus: stack.status,
    StackStatusReason: stack.statusReason,
    DisableRollback: stack.onFailure === "DO_NOTHING",
    NotificationARNs: [],
    Capabilities: stack.capabilities,
    Outputs: stack.outputs.map(({ key, value, description, exportName }) => ({
      OutputKey: key,
      OutputValue: value,
      Description: description,
      ExportName: exportName,
    })),
    RoleARN: stack.roleArn,
    Tags: revision ? describedTags(revision.tags) : [],
    EnableTerminationProtection: false,
    DriftInformation: { StackDriftStatus: "NOT_CHECKED" },
  };
}

export function describeEvent(stack: StackRecord, event: EventRecord): Answer {
  return {
    StackId: stack.id,
    StackName: stack.name,
    EventId: event.id,
    Timestamp: event.timestamp,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId,
    ResourceType: event.type,
    ResourceStatus: event.status,
    ResourceStatusReason: event.reason,
    ClientRequestToken: event.clientRequestToken,
  };
}

export function describeResource(resource: ResourceRecord): Answer {
  return {
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId ?? "",
    ResourceType: resource.type,
    ResourceStatus: resource.status,
    ResourceStatusReason: resource.statusReason,
    DriftInformation: { StackResourceDriftStatus: "NOT_CHECKED" },
  };
}
