/** Published layer versions. */
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { readJson, writeJson } from "../common/json-file.ts";
import { AwsFault } from "../common/service.ts";
import type { LocalContext } from "../context/context.ts";
import type { Code, CodeStore } from "./code.ts";

export interface ZipLocation {
  bucket: string;
  key: string;
  version?: string | undefined;
}

export interface LayerRequest {
  region: string;
  name: string;
  description: string;
  compatibleRuntimes: string[];
  compatibleArchitectures: string[];
  licenseInfo: string;
  zip: ZipLocation | Buffer;
  /** Publishing again with the token of an earlier request gives that version. */
  token: string;
}

export interface LayerPermission {
  id: string;
  action: string;
  principal: string;
  organizationId?: string | undefined;
}

export interface LayerVersion extends Omit<LayerRequest, "zip"> {
  arn: string;
  layerArn: string;
  version: number;
  createdAt: string;
  code: Code;
  permissions: LayerPermission[];
}

interface State {
  versions: LayerVersion[];
  /** The highest number ever given to a layer (by ARN); numbers are not used again. */
  latest: Record<string, number>;
}

export class Layers {
  readonly #context: LocalContext;
  readonly #codes: CodeStore;
  readonly #path: string;
  readonly #state: State;

  constructor(context: LocalContext, codes: CodeStore) {
    this.#context = context;
    this.#codes = codes;
    this.#path = join(context.home, "lambda", "layers.json");
    this.#state = readJson<State>(this.#path) ?? { versions: [], latest: {} };
  }

  /** Throws InvalidParameterValueException for a bad name or zip. */
  async publish(request: LayerRequest): Promise<LayerVersion> {
    const { zip, ...rest } = request;
    const published = this.#state.versions.find(({ token }) => token === request.token);
    if (published !== undefined) return published;
    if (!/^[a-zA-Z0-9-_]{1,140}$/.test(request.name)) {
      throw new AwsFault("InvalidParameterValueException", `${request.name} is not a layer name.`);
    }
    const bytes = Buffer.isBuffer(zip) ? zip : await readZipObject(this.#context, zip);
    const code = await this.#codes.add(bytes);
    const layerArn = `arn:aws:lambda:${request.region}:${this.#context.accountId}:layer:${request.name}`;
    const number = (this.#state.latest[layerArn] ?? 0) + 1;
    const version: LayerVersion = {
      ...rest,
      arn: `${layerArn}:${number}`,
      layerArn,
      version: number,
      createdAt: new Date().toISOString(),
      code,
      permissions: [],
    };
    this.#state.latest[layerArn] = number;
    this.#state.versions.push(version);
    this.#save();
    return version;
  }

  find(arn: string): LayerVersion | undefined {
    return this.#state.versions.find((version) => version.arn === arn);
  }

  /** Newest first. */
  list(region: string, name?: string): LayerVersion[] {
    return this.#state.versions
      .filter((version) => version.region === region && (name ?? version.name) === version.name)
      .sort((one, other) => other.version - one.version);
  }

  delete(arn: string): void {
    const at = this.#state.versions.findIndex((version) => version.arn === arn);
    if (at < 0) return;
    this.#state.versions.splice(at, 1);
    this.#save();
  }

  /** Throws ResourceNotFoundException or ResourceConflictException. */
  addPermission(arn: string, permission: LayerPermission): void {
    const version = this.find(arn);
    if (version === undefined) {
      throw new AwsFault("ResourceNotFoundException", `Layer version ${arn} does not exist.`, 404);
    }
    if (version.permissions.some(({ id }) => id === permission.id)) {
      throw new AwsFault(
        "ResourceConflictException",
        `The statement id (${permission.id}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
        409,
      );
    }
    version.permissions.push(permission);
    this.#save();
  }

  /** Names of the code folders that are needed. */
  usedCode(): string[] {
    return this.#state.versions.map(({ code }) => code.sha256);
  }

  #save(): void {
    writeJson(this.#path, this.#state);
  }
}

/** The bytes of a zip in the local S3. Throws InvalidParameterValueException when it is not there. */
export async function readZipObject(
  { objects }: LocalContext,
  { bucket, key, version }: ZipLocation,
): Promise<Buffer> {
  try {
    return await buffer(objects.stream(objects.get(bucket, key, version)));
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error;
    throw new AwsFault(
      "InvalidParameterValueException",
      `Error occurred while GetObject. S3 Error Code: ${error.code}. S3 Error Message: ${error.message}`,
    );
  }
}
