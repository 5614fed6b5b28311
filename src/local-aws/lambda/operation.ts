import type { LocalRequest, LocalResponse } from "../common/service.ts";
import type { EventSources } from "./event-sources.ts";
import type { Functions } from "./functions.ts";
import type { Invoker } from "./invoker.ts";
import type { Layers } from "./layers.ts";
import type { Route } from "./routes.ts";

export interface LambdaParts {
  accountId: string;
  functions: Functions;
  layers: Layers;
  invoker: Invoker;
  eventSources: EventSources;
}

/** One operation of the Lambda API. Throws AwsFault. */
export type Operation = (
  route: Route,
  request: LocalRequest,
  parts: LambdaParts,
) => LocalResponse | Promise<LocalResponse>;

export function json(status: number, value: unknown): LocalResponse {
  return {
    status,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(value),
  };
}
