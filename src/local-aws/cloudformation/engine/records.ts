/** What is known about a stack; all of it is kept on disk. */
import type { JsonObject } from "../template/expression.ts";
import type { ParameterValues } from "../template/parameters.ts";
import type { DeletionPolicy } from "../template/template.ts";
import type { ResourceStatus, StackStatus } from "./status.ts";

export type Tags = Record<string, string>;

/** What is asked for: everything that decides how a stack looks. */
export interface Revision {
  /** The template's text. */
  template: string;
  parameters: ParameterValues;
  tags: Tags;
}

export interface ResourceRecord {
  logicalId: string;
  type: string;
  status: ResourceStatus;
  statusReason?: string | undefined;
  /** ISO 8601. */
  updatedAt: string;
  /** Absent until it has been made. */
  physicalId?: string;
  attributes: Record<string, string>;
  /** As deployed, in the types of the schema. */
  properties: JsonObject;
  tags: Tags;
  dependsOn: string[];
  deletionPolicy: DeletionPolicy;
  updateReplacePolicy: DeletionPolicy;
  /** Of the latest creation or replacement; see ResourceRequest.token. */
  token: string;
}

/** A resource that nothing in the stack refers to any more; `retain` leaves it as it is. */
export interface ObsoleteResource {
  record: ResourceRecord;
  retain: boolean;
}

export type OnFailure = "ROLLBACK" | "DELETE" | "DO_NOTHING";

/** Work on a stack, from its request to its end; a restarted server goes on with it. */
export interface StackOperation {
  phase: "deploy" | "roll back" | "clean up" | "delete";
  onFailure: OnFailure;
  clientRequestToken?: string | undefined;
  changeSetId?: string | undefined;
  /** What an update goes back to; absent when the stack is being created or deleted. */
  previous?: { revision: Revision; resources: Record<string, ResourceRecord> };
  obsolete: ObsoleteResource[];
  /** Logical ids that the caller wants left out: of a rollback, or of a deletion. */
  skip: string[];
}

export interface EventRecord {
  id: string;
  timestamp: string;
  logicalId: string;
  physicalId: string;
  type: string;
  status: string;
  reason?: string | undefined;
  clientRequestToken?: string | undefined;
}

export interface OutputRecord {
  key: string;
  value: string;
  description?: string | undefined;
  exportName?: string | undefined;
}

export interface ChangeSetRecord {
  id: string;
  name: string;
  type: "CREATE" | "UPDATE";
  status: "CREATE_COMPLETE" | "FAILED";
  statusReason?: string | undefined;
  executionStatus:
    | "UNAVAILABLE"
    | "AVAILABLE"
    | "EXECUTE_IN_PROGRESS"
    | "EXECUTE_COMPLETE"
    | "EXECUTE_FAILED";
  createdAt: string;
  description?: string | undefined;
  revision: Revision;
  capabilities: string[];
  roleArn?: string | undefined;
  onFailure: OnFailure;
  changes: ResourceChange[];
}

export interface ResourceChange {
  action: "Add" | "Modify" | "Remove";
  logicalId: string;
  physicalId?: string | undefined;
  type: string;
  /** Only of `Modify`. */
  replacement?: "True" | "False" | "Conditional" | undefined;
  properties: PropertyChange[];
}

export interface PropertyChange {
  attribute: "Properties" | "Tags";
  name?: string;
  requiresRecreation: "Never" | "Always";
  /** False when the new value is known only once another resource has been made. */
  known: boolean;
}

export interface StackRecord {
  id: string;
  name: string;
  region: string;
  status: StackStatus;
  statusReason?: string | undefined;
  createdAt: string;
  updatedAt?: string | undefined;
  deletedAt?: string | undefined;
  /** Deployed, or being deployed; absent as long as only a change set exists. */
  revision?: Revision;
  capabilities: string[];
  roleArn?: string | undefined;
  onFailure: OnFailure;
  resources: Record<string, ResourceRecord>;
  outputs: OutputRecord[];
  changeSets: ChangeSetRecord[];
  /** Oldest first. */
  events: EventRecord[];
  operation?: StackOperation | undefined;
}
