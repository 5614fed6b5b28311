/** The stacks of all regions, one file each. */
import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readJson, writeJson } from "../../common/json-file.ts";
import type { ResourceRecord, StackRecord } from "./records.ts";
import type { ResourceStatus, StackStatus } from "./status.ts";

/** CloudFormation keeps events, and stacks that have been deleted, for 90 days. */
const KEPT_MILLISECONDS = 90 * 24 * 3600 * 1000;
/** A stack's file is written with every event, so it must not grow for ever. */
const MAX_EVENTS = 2000;

export class StackStore {
  readonly #folder: string;
  readonly #accountId: string;
  readonly #stacks = new Map<string, StackRecord>();

  constructor(home: string, accountId: string) {
    this.#folder = join(home, "cloudformation");
    this.#accountId = accountId;
    mkdirSync(this.#folder, { recursive: true });
    for (const file of readdirSync(this.#folder).filter((name) => name.endsWith(".json"))) {
      const stack = readJson<StackRecord>(join(this.#folder, file));
      if (stack === undefined) continue;
      const deleted = stack.deletedAt === undefined ? Number.NaN : Date.parse(stack.deletedAt);
      if (Date.now() - deleted > KEPT_MILLISECONDS) rmSync(join(this.#folder, file));
      else this.#stacks.set(stack.id, stack);
    }
  }

  /** A new stack; `save` it when it is complete. */
  create(region: string, name: string, status: StackStatus): StackRecord {
    return {
      id: `arn:aws:cloudformation:${region}:${this.#accountId}:stack/${name}/${randomUUID()}`,
      name,
      region,
      status,
      createdAt: new Date().toISOString(),
      capabilities: [],
      onFailure: "ROLLBACK",
      resources: {},
      outputs: [],
      changeSets: [],
      events: [],
    };
  }

  /** By id, deleted ones too, or by the name of a stack that exists. */
  find(region: string, nameOrId: string): StackRecord | undefined {
    if (nameOrId.startsWith("arn:")) return this.#stacks.get(nameOrId);
    return this.list(region).find(
      ({ name, status }) => name === nameOrId && status !== "DELETE_COMPLETE",
    );
  }

  /** Newest first, deleted ones too. */
  list(region: string): StackRecord[] {
    return this.all()
      .filter((stack) => stack.region === region)
      .sort((one, other) => (one.createdAt < other.createdAt ? 1 : -1));
  }

  all(): StackRecord[] {
    return [...this.#stacks.values()];
  }

  /** What the stacks of a region export: name → value. */
  exports(region: string): Map<string, { value: string; stackId: string }> {
    const found = new Map<string, { value: string; stackId: string }>();
    for (const stack of this.list(region)) {
      if (stack.status === "DELETE_COMPLETE") continue;
      for (const { exportName, value } of stack.outputs) {
        if (exportName !== undefined) found.set(exportName, { value, stackId: stack.id });
      }
    }
    return found;
  }

  save(stack: StackRecord): void {
    this.#stacks.set(stack.id, stack);
    const uuid = stack.id.split("/").at(-1);
    writeJson(join(this.#folder, `${uuid}.json`), stack);
  }

  /** Changes the status of a stack, says so in its events, and saves it. */
  setStatus(stack: StackRecord, status: StackStatus, reason?: string): void {
    stack.status = status;
    stack.statusReason = reason;
    this.#addEvent(stack, {
      logicalId: stack.name,
      physicalId: stack.id,
      type: "AWS::CloudFormation::Stack",
      status,
      reason,
    });
    this.save(stack);
  }

  /** Changes the status of a resource, says so in the stack's events, and saves the stack. */
  setResourceStatus(
    stack: StackRecord,
    resource: ResourceRecord,
    status: ResourceStatus,
    reason?: string,
  ): void {
    resource.status = status;
    resource.statusReason = reason;
    resource.updatedAt = new Date().toISOString();
    this.#addEvent(stack, {
      logicalId: resource.logicalId,
      physicalId: resource.physicalId ?? "",
      type: resource.type,
      status,
      reason,
    });
    this.save(stack);
  }

  #addEvent(
    stack: StackRecord,
    event: {
      logicalId: string;
      physicalId: string;
      type: string;
      status: string;
      reason: string | undefined;
    },
  ): void {
    stack.events.push({
      ...event,
      id: `${event.logicalId}-${event.status}-${randomUUID()}`,
      timestamp: new Date().toISOString(),
      clientRequestToken: stack.operation?.clientRequestToken,
    });
    if (stack.events.length > MAX_EVENTS) stack.events.shift();
  }
}
