/** HTTP APIs: what they consist of, kept on disk. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { readJson, writeJson } from "../common/json-file.ts";
import { AwsFault } from "../common/service.ts";
import type { Cors } from "./cors.ts";
import { parseRouteKey } from "./routing.ts";

export interface ApiSettings {
  name: string;
  description: string;
  tags: Record<string, string>;
  /** Absent, or null: the integration speaks for itself. */
  cors?: Cors | null;
}

export interface Integration {
  functionArn: string;
  timeoutMilliseconds: number;
}

export interface Route {
  /** `$default`, or a method and a path such as `GET /items/{id}`. */
  routeKey: string;
  /** `integrations/ID`. */
  target: string | undefined;
}

/** A token bucket: `rate` tokens a second come into a bucket that holds `burst`. */
export interface Throttling {
  rate: number;
  burst: number;
}

export interface StageSettings {
  autoDeploy: boolean;
  /** Of all routes together; null: without a limit, as there is no account's limit here. */
  throttling: Throttling | null;
  variables: Record<string, string>;
}

export interface Stage extends StageSettings {
  token: string;
}

export interface HttpApi extends ApiSettings {
  id: string;
  region: string;
  /** Of 127.0.0.1. */
  port: number;
  integrations: Record<string, Integration>;
  routes: Record<string, Route>;
  stages: Record<string, Stage>;
}

/** Opens and closes the ports on which APIs are served. */
export interface Ports {
  /** Starts to listen on a new port and returns its number. */
  open(apiId: string): Promise<number>;
  /** Starts to listen on a port that an API has had before. */
  reopen(apiId: string, port: number): void;
  close(apiId: string): Promise<void>;
}

export class Apis {
  readonly #path: string;
  readonly #apis: Map<string, HttpApi>;
  #ports: Ports | undefined;

  constructor(home: string) {
    this.#path = join(home, "http-api", "apis.json");
    const apis = readJson<HttpApi[]>(this.#path) ?? [];
    this.#apis = new Map(apis.map((api) => [api.id, api]));
  }

  /** Serves the APIs that exist, and those to come. */
  serveOn(ports: Ports): void {
    this.#ports = ports;
    for (const { id, port } of this.#apis.values()) ports.reopen(id, port);
  }

  find(id: string): HttpApi | undefined {
    return this.#apis.get(id);
  }

  list(region: string): HttpApi[] {
    return [...this.#apis.values()].filter((api) => api.region === region);
  }

  /** Creating again with the same token gives the same API. */
  async create(
    region: string,
    settings: ApiSettings,
    token: string,
  ): Promise<{ id: string; endpoint: string }> {
    const id = createHash("sha256").update(token).digest("hex").slice(0, 10);
    if (this.#ports === undefined) throw new Error("APIs are created while the server runs");
    const port = this.#apis.get(id)?.port ?? (await this.#ports.open(id));
    this.#put({ ...settings, id, region, port, integrations: {}, routes: {}, stages: {} });
    return { id, endpoint: endpointOf({ port }) };
  }

  /** Throws NotFoundException. */
  update(id: string, settings: ApiSettings): { endpoint: string } {
    const api = this.#get(id);
    this.#put({ ...api, ...settings });
    return { endpoint: endpointOf(api) };
  }

  async delete(id: string): Promise<void> {
    if (!this.#apis.delete(id)) return;
    this.#save();
    await this.#ports?.close(id);
  }

  /** Throws NotFoundException, or BadRequestException when the URI is no function's ARN. */
  putIntegration(apiId: string, id: string, integration: Integration): void {
    if (!/^arn:aws:lambda:[^:]+:\d{12}:function:[^:]+$/.test(integration.functionArn)) {
      throw new AwsFault(
        "BadRequestException",
        `Invalid function ARN or invalid uri: ${integration.functionArn}`,
      );
    }
    this.#change(apiId, (api) => ({ integrations: { ...api.integrations, [id]: integration } }));
  }

  removeIntegration(apiId: string, id: string): void {
    this.#changeIfThere(apiId, (api) => ({ integrations: without(api.integrations, id) }));
  }

  /** Throws NotFoundException, BadRequestException for the key or target, or ConflictException. */
  putRoute(apiId: string, id: string, route: Route): void {
    const api = this.#get(apiId);
    parseRouteKey(route.routeKey);
    const taken = Object.entries(api.routes).some(
      ([other, { routeKey }]) => other !== id && routeKey === route.routeKey,
    );
    if (taken) {
      throw new AwsFault(
        "ConflictException",
        `Route with key ${route.routeKey} already exists for this API`,
        409,
      );
    }
    const integration = route.target?.replace(/^integrations\//, "");
    if (integration !== undefined && api.integrations[integration] === undefined) {
      throw new AwsFault(
        "BadRequestException",
        `Invalid target ${route.target} specified for Route`,
      );
    }
    this.#change(apiId, () => ({ routes: { ...api.routes, [id]: route } }));
  }

  removeRoute(apiId: string, id: string): void {
    this.#changeIfThere(apiId, (api) => ({ routes: without(api.routes, id) }));
  }

  /** Throws NotFoundException, BadRequestException for the name, or ConflictException. */
  createStage(apiId: string, name: string, settings: StageSettings, token: string): void {
    const existing = this.#get(apiId).stages[name];
    if (name !== "$default") {
      throw new AwsFault(
        "BadRequestException",
        `The local AWS serves only the stage $default, not ${name}.`,
      );
    }
    if (existing !== undefined && existing.token !== token) {
      throw new AwsFault("ConflictException", `Stage already exists`, 409);
    }
    this.#change(apiId, (api) => ({ stages: { ...api.stages, [name]: { ...settings, token } } }));
  }

  /** Throws NotFoundException. */
  updateStage(apiId: string, name: string, settings: StageSettings): void {
    const stage = this.#get(apiId).stages[name];
    if (stage === undefined) throw notFound("stage");
    this.#change(apiId, (api) => ({
      stages: { ...api.stages, [name]: { ...stage, ...settings } },
    }));
  }

  removeStage(apiId: string, name: string): void {
    this.#changeIfThere(apiId, (api) => ({ stages: without(api.stages, name) }));
  }

  #get(id: string): HttpApi {
    const api = this.#apis.get(id);
    if (api === undefined) throw notFound("API");
    return api;
  }

  #change(id: string, change: (api: HttpApi) => Partial<HttpApi>): void {
    const api = this.#get(id);
    this.#put({ ...api, ...change(api) });
  }

  #changeIfThere(id: string, change: (api: HttpApi) => Partial<HttpApi>): void {
    if (this.#apis.has(id)) this.#change(id, change);
  }

  #put(api: HttpApi): void {
    this.#apis.set(api.id, api);
    this.#save();
  }

  #save(): void {
    writeJson(this.#path, [...this.#apis.values()]);
  }
}

export function endpointOf({ port }: Pick<HttpApi, "port">): string {
  return `http://127.0.0.1:${port}`;
}

function notFound(what: string): AwsFault {
  return new AwsFault("NotFoundException", `Invalid ${what} identifier specified`, 404);
}

function without<T>(record: Record<string, T>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}
