/** The API Gateway service, as far as HTTP APIs that stacks have made can be looked at. */
import { AwsFault, type LocalResponse, type LocalService } from "../common/service.ts";
import { type Apis, endpointOf, type HttpApi } from "./apis.ts";
import type { Gateway } from "./gateway.ts";

export function createHttpApiService(apis: Apis, gateway: Gateway): LocalService {
  return {
    signingName: "apigateway",
    protocol: "rest-json",
    start: async () => apis.serveOn(gateway),
    close: () => gateway.closeAll(),
    handle: async ({ method, path, region }) => {
      const [, id] = /^\/v2\/apis(?:\/([a-z0-9]+))?$/.exec(path) ?? [undefined, ""];
      if (method !== "GET" || id === "") {
        throw new AwsFault(
          "NotImplemented",
          `The local API Gateway does not implement ${method} ${path}.`,
          501,
        );
      }
      if (id === undefined) return json({ items: apis.list(region).map(describe) });
      const api = apis.find(id);
      if (api === undefined) {
        throw new AwsFault("NotFoundException", `Invalid API identifier specified ${id}`, 404);
      }
      return json(describe(api));
    },
  };
}

/** https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid.html */
function describe(api: HttpApi) {
  return {
    apiId: api.id,
    apiEndpoint: endpointOf(api),
    name: api.name,
    description: api.description,
    protocolType: "HTTP",
    tags: api.tags,
  };
}

function json(value: unknown): LocalResponse {
  return {
    status: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(value),
  };
}
