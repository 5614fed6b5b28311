/** Work on stacks: started by requests, done in the background, continued after a restart. */
import { AwsFault } from "../../common/service.ts";
import type { Services } from "../resources/resource-type.ts";
import { deployResources, lookupIn, restoreResources, setAsideRemoved } from "./deploy.ts";
import { StackModel } from "./model.ts";
import type { OnFailure, Revision, StackOperation, StackRecord } from "./records.ts";
import { deleteObsolete, deleteResources } from "./removal.ts";
import type { StackStore } from "./stack-store.ts";
import { isWorking } from "./status.ts";
import type { ResourceSteps } from "./steps.ts";

export interface StackOperationRequest {
  onFailure: OnFailure;
  clientRequestToken?: string | undefined;
  changeSetId?: string | undefined;
}

export class StackOperations {
  readonly #services: Services;
  readonly #store: StackStore;
  readonly #steps: ResourceSteps;
  readonly #running = new Map<string, { controller: AbortController; done: Promise<void> }>();

  constructor(services: Services, store: StackStore, steps: ResourceSteps) {
    this.#services = services;
    this.#store = store;
    this.#steps = steps;
  }

  /** Goes on with what a stopped server was doing. */
  resume(): void {
    for (const stack of this.#store.all()) {
      if (stack.operation !== undefined && isWorking(stack.status)) this.#run(stack);
    }
  }

  /** Stops all work where it is; it goes on when the server starts again. */
  async close(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((id) => this.#stop(id)));
  }

  create(stack: StackRecord, revision: Revision, request: StackOperationRequest): void {
    stack.revision = revision;
    stack.operation = { ...request, phase: "deploy", obsolete: [], skip: [] };
    this.#store.setStatus(stack, "CREATE_IN_PROGRESS", "User Initiated");
    this.#run(stack);
  }

  update(stack: StackRecord, revision: Revision, request: StackOperationRequest): void {
    const { revision: before, resources } = stack;
    if (before === undefined) throw new Error(`${stack.name} has never been deployed`);
    stack.operation = {
      ...request,
      phase: "deploy",
      obsolete: [],
      skip: [],
      previous: { revision: before, resources: structuredClone(resources) },
    };
    stack.revision = revision;
    stack.updatedAt = new Date().toISOString();
    this.#store.setStatus(stack, "UPDATE_IN_PROGRESS", "User Initiated");
    this.#run(stack);
  }

  /** Stops whatever is being done to the stack and deletes it. */
  async delete(
    stack: StackRecord,
    retain: string[],
    clientRequestToken: string | undefined,
  ): Promise<void> {
    await this.#stop(stack.id);
    // Whoever else was waiting for the end has begun already.
    if (this.#running.has(stack.id)) return;
    stack.operation = {
      phase: "delete",
      onFailure: "DO_NOTHING",
      obsolete: stack.operation?.obsolete ?? [],
      skip: retain,
      clientRequestToken,
    };
    this.#store.setStatus(stack, "DELETE_IN_PROGRESS", "User Initiated");
    this.#run(stack);
  }

  /** Stops an update and goes back. */
  async cancelUpdate(stack: StackRecord): Promise<void> {
    await this.#stop(stack.id);
    if (stack.operation === undefined || this.#running.has(stack.id)) return;
    // An update that has come as far as cleaning up cannot go back.
    if (stack.operation.phase === "deploy") {
      this.#startRollback(stack, stack.operation, "User Initiated");
    }
    this.#run(stack);
  }

  /** Tries the rollback of a stack in UPDATE_ROLLBACK_FAILED again. */
  continueRollback(stack: StackRecord, skip: string[]): void {
    if (stack.operation === undefined) throw new Error(`${stack.name} has nothing to roll back`);
    stack.operation.skip = skip;
    this.#store.setStatus(stack, "UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated");
    this.#run(stack);
  }

  /** Throws ValidationError. */
  model(stack: Pick<StackRecord, "id" | "name" | "region">, revision: Revision): StackModel {
    const identity = { ...stack, accountId: this.#services.context.accountId };
    return new StackModel(
      revision,
      identity,
      (name) => this.#store.exports(stack.region).get(name)?.value,
    );
  }

  #run(stack: StackRecord): void {
    const controller = new AbortController();
    const done = this.#work(stack, controller.signal).finally(() => {
      if (this.#running.get(stack.id)?.controller === controller) this.#running.delete(stack.id);
    });
    this.#running.set(stack.id, { controller, done });
  }

  async #stop(stackId: string): Promise<void> {
    const running = this.#running.get(stackId);
    running?.controller.abort();
    await running?.done;
  }

  async #work(stack: StackRecord, stop: AbortSignal): Promise<void> {
    try {
      while (stack.operation !== undefined && isWorking(stack.status)) {
        const { operation } = stack;
        if (operation.phase === "deploy") await this.#deploy(stack, operation, stop);
        else if (operation.phase === "roll back") await this.#rollBack(stack, operation, stop);
        else if (operation.phase === "clean up") await this.#cleanUp(stack, operation, stop);
        else await this.#delete(stack, operation, stop);
      }
    } catch (error) {
      if (!stop.aborted) throw error;
    }
  }

  async #deploy(stack: StackRecord, operation: StackOperation, stop: AbortSignal): Promise<void> {
    const failed: string[] = [];
    let reason = "";
    try {
      const model = this.model(stack, stack.revision!);
      failed.push(...(await deployResources(this.#steps, stack, operation, model, stop)));
      if (failed.length === 0) this.#succeed(stack, operation, model);
    } catch (error) {
      stop.throwIfAborted();
      reason = (error as Error).message;
    }
    if (failed.length > 0) reason = failureSummary(stack, failed);
    if (reason !== "") this.#fail(stack, operation, reason);
  }

  #succeed(stack: StackRecord, operation: StackOperation, model: StackModel): void {
    const outputs = model.outputs(lookupIn(stack, model));
    this.#requireFreeExports(
      stack,
      outputs.map(({ exportName }) => exportName),
    );
    stack.outputs = outputs;
    setChangeSetStatus(stack, operation, "EXECUTE_COMPLETE");
    if (operation.previous === undefined) {
      stack.operation = undefined;
      this.#store.setStatus(stack, "CREATE_COMPLETE");
      return;
    }
    setAsideRemoved(stack, operation, model);
    operation.phase = "clean up";
    this.#store.setStatus(stack, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS");
  }

  #requireFreeExports(stack: StackRecord, names: (string | undefined)[]): void {
    const exports = this.#store.exports(stack.region);
    for (const name of names) {
      const owner = name === undefined ? undefined : exports.get(name);
      if (owner === undefined || owner.stackId === stack.id) continue;
      throw new AwsFault(
        "ValidationError",
        `Export with name ${name} is already exported by stack ${owner.stackId.split("/")[1]}.`,
      );
    }
  }

  #fail(stack: StackRecord, operation: StackOperation, reason: string): void {
    setChangeSetStatus(stack, operation, "EXECUTE_FAILED");
    const updating = operation.previous !== undefined;
    if (operation.onFailure === "DO_NOTHING") {
      stack.operation = undefined;
      this.#store.setStatus(stack, updating ? "UPDATE_FAILED" : "CREATE_FAILED", reason);
    } else if (operation.onFailure === "DELETE" && !updating) {
      operation.phase = "delete";
      this.#store.setStatus(stack, "DELETE_IN_PROGRESS", reason);
    } else {
      const suffix = updating ? "" : " Rollback requested by user.";
      this.#startRollback(stack, operation, `${reason}${suffix}`);
    }
  }

  #startRollback(stack: StackRecord, operation: StackOperation, reason: string): void {
    operation.phase = "roll back";
    operation.obsolete = [];
    const updating = operation.previous !== undefined;
    if (operation.previous !== undefined) stack.revision = operation.previous.revision;
    const status = updating ? "UPDATE_ROLLBACK_IN_PROGRESS" : "ROLLBACK_IN_PROGRESS";
    this.#store.setStatus(stack, status, reason);
  }

  async #rollBack(stack: StackRecord, operation: StackOperation, stop: AbortSignal): Promise<void> {
    if (operation.previous === undefined) {
      const failed = await deleteResources(this.#steps, stack, operation, true, stop);
      stack.operation = undefined;
      if (failed.length === 0) this.#store.setStatus(stack, "ROLLBACK_COMPLETE");
      else this.#store.setStatus(stack, "ROLLBACK_FAILED", listed("delete", failed));
      return;
    }
    const { resources } = operation.previous;
    const failed = await restoreResources(this.#steps, stack, operation, resources, stop);
    if (failed.length > 0) {
      this.#store.setStatus(stack, "UPDATE_ROLLBACK_FAILED", listed("update", failed));
      return;
    }
    operation.phase = "clean up";
    this.#store.setStatus(stack, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS");
  }

  async #cleanUp(stack: StackRecord, operation: StackOperation, stop: AbortSignal): Promise<void> {
    await deleteObsolete(this.#steps, stack, operation, stop);
    const updated = stack.status === "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS";
    stack.operation = undefined;
    this.#store.setStatus(stack, updated ? "UPDATE_COMPLETE" : "UPDATE_ROLLBACK_COMPLETE");
  }

  async #delete(stack: StackRecord, operation: StackOperation, stop: AbortSignal): Promise<void> {
    await deleteObsolete(this.#steps, stack, operation, stop);
    const failed = await deleteResources(this.#steps, stack, operation, false, stop);
    stack.operation = undefined;
    if (failed.length > 0) {
      this.#store.setStatus(stack, "DELETE_FAILED", listed("delete", failed));
      return;
    }
    stack.deletedAt = new Date().toISOString();
    stack.changeSets = [];
    this.#store.setStatus(stack, "DELETE_COMPLETE");
  }
}

function setChangeSetStatus(
  stack: StackRecord,
  operation: StackOperation,
  status: "EXECUTE_COMPLETE" | "EXECUTE_FAILED",
): void {
  const executed = stack.changeSets.find(({ id }) => id === operation.changeSetId);
  if (executed !== undefined) executed.executionStatus = status;
}

function failureSummary(stack: StackRecord, failed: string[]): string {
  const created = failed.filter((id) => stack.resources[id]?.status === "CREATE_FAILED");
  const updated = failed.filter((id) => !created.includes(id));
  return [
    ...(created.length > 0 ? [listed("create", created)] : []),
    ...(updated.length > 0 ? [listed("update", updated)] : []),
  ].join(" ");
}

function listed(verb: "create" | "update" | "delete", logicalIds: string[]): string {
  return `The following resource(s) failed to ${verb}: [${logicalIds.join(", ")}].`;
}
