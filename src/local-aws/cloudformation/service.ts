/** The CloudFormation service. */
import { randomUUID } from "node:crypto";
import { AwsFault, type LocalRequest, type LocalService } from "../common/service.ts";
import { changeSetOperations } from "./api/change-sets.ts";
import { type Operation, parseInput } from "./api/operation.ts";
import { parseForm, queryResponse } from "./api/query-protocol.ts";
import { readingOperations } from "./api/reading.ts";
import { stackOperations } from "./api/stacks.ts";
import { templateOperations } from "./api/templates.ts";
import { StackOperations } from "./engine/stack-operations.ts";
import { StackStore } from "./engine/stack-store.ts";
import { ResourceSteps } from "./engine/steps.ts";
import type { Services } from "./resources/resource-type.ts";

const OPERATIONS: Record<string, Operation> = {
  ...changeSetOperations,
  ...stackOperations,
  ...readingOperations,
  ...templateOperations,
};

const VERSION = "2010-05-15";

/** Long enough to see the events come, short enough not to wait for them. */
const STEP_MILLISECONDS = 20;

/** `stepMilliseconds` is how long each of the two halves of a step on a resource takes at least. */
export function createCloudFormationService(
  services: Services,
  stepMilliseconds = STEP_MILLISECONDS,
): LocalService {
  const { context } = services;
  const store = new StackStore(context.home, context.accountId);
  const operations = new StackOperations(
    services,
    store,
    new ResourceSteps(services, store, stepMilliseconds),
  );
  return {
    signingName: "cloudformation",
    protocol: "query",
    start: async () => operations.resume(),
    close: () => operations.close(),
    handle: async (request) => {
      const { Action: name, Version: version, ...form } = parseForm(parametersOf(request));
      const operation = OPERATIONS[String(name)];
      if (operation === undefined || version !== VERSION) {
        throw new AwsFault(
          "InvalidAction",
          `Could not find operation ${name} for version ${version}`,
        );
      }
      const input = parseInput(String(name), operation, form);
      const desk = { context, store, operations, region: request.region };
      return queryResponse(String(name), await operation.run(input, desk), randomUUID());
    },
  };
}

function parametersOf({ method, query, body }: LocalRequest): URLSearchParams {
  return method === "GET" ? query : new URLSearchParams(body.toString());
}
