/** What is done to single resources, with the events that CloudFormation writes about it. */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { AwsFault } from "../../common/service.ts";
import { HANDLER_ACTIONS } from "../resources/handler-actions.ts";
import { resourceType } from "../resources/registry.ts";
import type { Physical, ResourceRequest, Services } from "../resources/resource-type.ts";
import type { ResourceDefinition } from "../template/template.ts";
import { type Desired, systemTags } from "./desired.ts";
import { resolved } from "./dynamic-references.ts";
import { failureReason, ResourceFailure } from "./failure.ts";
import { problemText, propertyChanges, replacementOf } from "./plan.ts";
import type { ObsoleteResource, ResourceRecord, StackRecord } from "./records.ts";
import type { StackStore } from "./stack-store.ts";
import type { ResourceStatus } from "./status.ts";

/** Steps that fault rules can name; the resource they match is `STACK/LOGICALID TYPE`. */
type Step = "CreateResource" | "UpdateResource" | "DeleteResource" | "RollbackResource";

const REPLACING =
  "Requested update requires the creation of a new physical resource; hence creating one.";

export class ResourceSteps {
  readonly #services: Services;
  readonly #store: StackStore;
  readonly #stepMilliseconds: number;

  /** `stepMilliseconds` is how long every step takes at least, so that events come one by one. */
  constructor(services: Services, store: StackStore, stepMilliseconds: number) {
    this.#services = services;
    this.#store = store;
    this.#stepMilliseconds = stepMilliseconds;
  }

  /** False when it failed or `failing` was aborted meanwhile; why is in the record. Throws when stopped. */
  async create(
    stack: StackRecord,
    definition: ResourceDefinition,
    desired: Desired,
    logicalId: string,
    dependsOn: string[],
    signals: { failing: AbortSignal; stop: AbortSignal },
  ): Promise<boolean> {
    const { type, deletionPolicy, updateReplacePolicy } = definition;
    const interrupted = stack.resources[logicalId];
    const record: ResourceRecord = {
      logicalId,
      type,
      status: "CREATE_IN_PROGRESS",
      updatedAt: "",
      attributes: {},
      properties: {},
      tags: {},
      dependsOn,
      deletionPolicy,
      updateReplacePolicy,
      token: interrupted?.status === "CREATE_IN_PROGRESS" ? interrupted.token : newToken(),
    };
    stack.resources[logicalId] = record;
    return this.#step(stack, record, "CREATE", signals, async () => {
      const made = await this.#make(stack, record, desired, signals.stop);
      keep(record, desired, made);
      this.#noteActions(stack, record, "create");
      this.#say(stack, record, "CREATE_IN_PROGRESS", "Resource creation Initiated");
    });
  }

  /** As `create`. A resource that has to be replaced leaves its old self in `obsolete`. */
  async update(
    stack: StackRecord,
    record: ResourceRecord,
    definition: ResourceDefinition,
    desired: Desired,
    dependsOn: string[],
    obsolete: ObsoleteResource[],
    signals: { failing: AbortSignal; stop: AbortSignal },
  ): Promise<boolean> {
    const { deletionPolicy, updateReplacePolicy } = definition;
    const changes = propertyChanges(resourceType(record.type), desired, record);
    const policies = { dependsOn, deletionPolicy, updateReplacePolicy };
    if (changes.length === 0) {
      Object.assign(record, policies);
      return true;
    }
    const replaced = replacementOf(changes) !== "False";
    if (replaced && record.status !== "UPDATE_IN_PROGRESS") record.token = newToken();
    return this.#step(stack, record, "UPDATE", signals, async () => {
      if (!replaced) {
        await this.#change(stack, record, desired, "UpdateResource", signals.stop);
      } else {
        this.#say(stack, record, "UPDATE_IN_PROGRESS", REPLACING);
        const made = await this.#make(stack, record, desired, signals.stop);
        const old = structuredClone(record);
        obsolete.push({ record: old, retain: old.updateReplacePolicy !== "Delete" });
        keep(record, desired, made);
        this.#noteActions(stack, record, "create");
        this.#say(stack, record, "UPDATE_IN_PROGRESS", "Resource creation Initiated");
      }
      Object.assign(record, policies);
    });
  }

  /** Gives a resource the settings of an earlier record again. As `create`. */
  async restore(
    stack: StackRecord,
    record: ResourceRecord,
    earlier: ResourceRecord,
    signals: { failing: AbortSignal; stop: AbortSignal },
  ): Promise<boolean> {
    const { properties, tags, dependsOn, deletionPolicy, updateReplacePolicy } = earlier;
    return this.#step(stack, record, "UPDATE", signals, async () => {
      const desired = { properties, tags, problems: [] };
      await this.#change(stack, record, desired, "RollbackResource", signals.stop);
      Object.assign(record, { dependsOn, deletionPolicy, updateReplacePolicy });
    });
  }

  /** As `create`. The record stays, as DELETE_COMPLETE. */
  async delete(
    stack: StackRecord,
    record: ResourceRecord,
    signals: { failing: AbortSignal; stop: AbortSignal },
  ): Promise<boolean> {
    const { physicalId: id } = record;
    if (id === undefined) {
      this.#say(stack, record, "DELETE_COMPLETE");
      return true;
    }
    return this.#step(stack, record, "DELETE", signals, async () => {
      const { properties } = record;
      await this.#applyFaults(stack, record, "DeleteResource", signals.stop);
      const existing = { id, region: stack.region, properties };
      this.#noteActions(stack, record, "delete");
      await resourceType(record.type).delete(existing, this.#services);
    });
  }

  /** Leaves a resource as it is although the stack no longer has it. */
  skip(stack: StackRecord, record: ResourceRecord): void {
    this.#say(stack, record, "DELETE_SKIPPED");
  }

  async #step(
    stack: StackRecord,
    record: ResourceRecord,
    verb: "CREATE" | "UPDATE" | "DELETE",
    { failing, stop }: { failing: AbortSignal; stop: AbortSignal },
    action: () => Promise<void>,
  ): Promise<boolean> {
    this.#say(stack, record, `${verb}_IN_PROGRESS`);
    try {
      await sleep(this.#stepMilliseconds, undefined, { signal: stop });
      await action();
      await sleep(this.#stepMilliseconds, undefined, { signal: stop });
    } catch (error) {
      stop.throwIfAborted();
      const reason = failureReason(error, resourceType(record.type).service);
      this.#say(stack, record, `${verb}_FAILED`, reason);
      return false;
    }
    if (failing.aborted && verb !== "DELETE") {
      const noun = verb === "CREATE" ? "creation" : "update";
      this.#say(stack, record, `${verb}_FAILED`, `Resource ${noun} cancelled`);
      return false;
    }
    this.#say(stack, record, `${verb}_COMPLETE`);
    return true;
  }

  async #make(
    stack: StackRecord,
    record: ResourceRecord,
    desired: Desired,
    stop: AbortSignal,
  ): Promise<Physical> {
    requireValid(record, desired);
    await this.#applyFaults(stack, record, "CreateResource", stop);
    const request = this.#resolved(requestFor(stack, record, desired), stack);
    return resourceType(record.type).create(request, this.#services);
  }

  async #change(
    stack: StackRecord,
    record: ResourceRecord,
    desired: Desired,
    step: Step,
    stop: AbortSignal,
  ): Promise<void> {
    requireValid(record, desired);
    await this.#applyFaults(stack, record, step, stop);
    const request = this.#resolved(requestFor(stack, record, desired), stack);
    const { physicalId: id = "", properties } = record;
    const existing = { id, region: stack.region, properties };
    keep(
      record,
      desired,
      await resourceType(record.type).update(request, existing, this.#services),
    );
    this.#noteActions(stack, record, "update");
  }

  /** With what dynamic references stand for; the record keeps the references. */
  #resolved<P>(request: ResourceRequest<P>, { region }: StackRecord): ResourceRequest<P> {
    const properties = resolved(request.properties, this.#services.secrets, region);
    return { ...request, properties };
  }

  /** What AWS's CloudFormation would have called, as whoever asked for the change. */
  #noteActions(stack: StackRecord, record: ResourceRecord, verb: "create" | "update" | "delete") {
    const handler = HANDLER_ACTIONS[record.type];
    if (handler === undefined) throw new Error(`the calls of ${record.type} are not known`);
    const { accountId, neededActions } = this.#services.context;
    const where = { region: stack.region, account: accountId };
    const arn = handler.arn(record.physicalId ?? "", where, record.properties);
    for (const action of handler.actions[verb](record.properties)) neededActions.note(action, arn);
  }

  /** What the fault rules have in store for a step. */
  async #applyFaults(
    stack: StackRecord,
    record: ResourceRecord,
    step: Step,
    stop: AbortSignal,
  ): Promise<void> {
    const resource = `${stack.name}/${record.logicalId} ${record.type}`;
    const fault = this.#services.context.faults.decide("cloudformation", step, resource);
    // A rule for any operation is about requests; rules that name a step hit it.
    if (fault?.operation === undefined) return;
    if (fault.kind === "slow") await sleep(fault.ms, undefined, { signal: stop });
    else if (fault.kind === "throttle") throw new AwsFault("ThrottlingException", "Rate exceeded");
    else if (fault.kind === "error") throw new AwsFault(fault.code, fault.message, fault.status);
    else throw new ResourceFailure("Internal Failure");
  }

  #say(stack: StackRecord, record: ResourceRecord, status: ResourceStatus, reason?: string): void {
    this.#store.setResourceStatus(stack, record, status, reason);
  }
}

function requireValid({ logicalId }: ResourceRecord, { problems }: Desired): void {
  if (problems.length > 0) throw new ResourceFailure(problemText(logicalId, problems));
}

function requestFor(
  stack: StackRecord,
  { type, logicalId, token }: ResourceRecord,
  { properties, tags }: Desired,
): ResourceRequest<Record<string, unknown>> {
  return {
    stackName: stack.name,
    logicalId,
    region: stack.region,
    properties,
    tags: resourceType(type).tags === undefined ? {} : { ...tags, ...systemTags(stack, logicalId) },
    token,
  };
}

function keep(record: ResourceRecord, desired: Desired, { id, attributes }: Physical): void {
  record.physicalId = id;
  record.attributes = attributes;
  // Everything is known once a resource has been made.
  record.properties = desired.properties as ResourceRecord["properties"];
  record.tags = desired.tags;
}

/** Lower-case letters and digits, so that it can be part of any resource's name. */
function newToken(): string {
  return Array.from(randomBytes(24), (byte) => (byte % 36).toString(36)).join("");
}
