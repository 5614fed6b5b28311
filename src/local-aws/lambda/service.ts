/** The Lambda service. */
import { AwsFault, type LocalRequest, type LocalService } from "../common/service.ts";
import { functionOperations } from "./function-operations.ts";
import { layerOperations } from "./layer-operations.ts";
import type { LambdaParts, Operation } from "./operation.ts";
import { findRoute } from "./routes.ts";

const OPERATIONS: Record<string, Operation> = { ...functionOperations, ...layerOperations };

export function createLambdaService(parts: LambdaParts): LocalService {
  return {
    signingName: "lambda",
    protocol: "rest-json",
    identify: (request) => {
      const route = findRoute(request);
      const { function: name, layer } = route?.parameters ?? {};
      return { operation: route?.operation ?? "Unknown", resource: name ?? layer ?? "" };
    },
    handle: async (request: LocalRequest) => {
      const route = findRoute(request);
      const operation = route && OPERATIONS[route.operation];
      if (route === undefined || operation === undefined) {
        throw new AwsFault(
          "NotImplemented",
          `The local Lambda does not implement ${request.method} ${request.path}.`,
          501,
        );
      }
      return operation(route, request, parts);
    },
    start: async () => parts.eventSources.start(),
    close: async () => {
      parts.eventSources.close();
      await parts.invoker.close();
    },
  };
}
