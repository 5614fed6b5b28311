/** The functions of the local Lambda: their configuration, kept on disk. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { readJson, writeJson } from "../common/json-file.ts";
import { AwsFault } from "../common/service.ts";
import type { LocalContext } from "../context/context.ts";
import { type Role, type Roles, roleAllows } from "../iam/roles.ts";
import type { Code, CodeStore } from "./code.ts";
import { type Layers, type LayerVersion, readZipObject, type ZipLocation } from "./layers.ts";
import { ENVIRONMENT_LIMIT, UNZIPPED_LIMIT } from "./limits.ts";

export interface FunctionSettings {
  description: string;
  runtime: string;
  handler: string;
  roleArn: string;
  architecture: "arm64" | "x86_64";
  /** Megabytes. */
  memorySize: number;
  /** Seconds. */
  timeout: number;
  /** Megabytes of the temporary folder. */
  ephemeralStorage: number;
  /** ARNs of layer versions; files of later ones win. */
  layers: string[];
  environment: Record<string, string>;
  logGroup: string;
  /** Absent in functions of earlier versions: Text. */
  logFormat?: "Text" | "JSON";
  /** Kept and told, and without effect: there is no network here but loopback. */
  vpc?: Vpc;
  reservedConcurrency: number | undefined;
  tags: Record<string, string>;
  code: ZipLocation;
}

export interface Vpc {
  subnetIds: string[];
  securityGroupIds: string[];
}

export interface FunctionPermission {
  id: string;
  action: string;
  principal: string;
  sourceArn: string | undefined;
  sourceAccount: string | undefined;
}

/** What an environment is made from. */
export interface LambdaFunction extends Omit<FunctionSettings, "layers" | "code"> {
  region: string;
  name: string;
  arn: string;
  /** New with every change of code or configuration. */
  revisionId: string;
  modifiedAt: string;
  code: Code;
  layers: { arn: string; code: Code }[];
  permissions: FunctionPermission[];
  token: string;
}

/** Variables that a function cannot set: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const RESERVED_VARIABLES =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_)?REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_.*|AWS_ACCESS_KEY(_ID)?|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR)$/;

const RUNTIMES = ["nodejs24.x", "nodejs22.x"];
const MACHINE = process.arch === "arm64" ? "arm64" : "x86_64";

export class Functions {
  readonly #context: LocalContext;
  readonly #roles: Roles;
  readonly #layers: Layers;
  readonly #codes: CodeStore;
  readonly #path: string;
  readonly #functions: Map<string, LambdaFunction>;
  #onChange: (arn: string) => void = () => {};

  constructor(context: LocalContext, roles: Roles, layers: Layers, codes: CodeStore) {
    this.#context = context;
    this.#roles = roles;
    this.#layers = layers;
    this.#codes = codes;
    this.#path = join(context.home, "lambda", "functions.json");
    const functions = readJson<LambdaFunction[]>(this.#path) ?? [];
    this.#functions = new Map(functions.map((one) => [one.arn, one]));
  }

  /** Calls back whenever the code or the configuration of a function changes, or it is deleted. */
  onChange(listener: (arn: string) => void): void {
    this.#onChange = listener;
  }

  /** Throws InvalidParameterValueException, or ResourceConflictException when the name is taken. */
  async create(
    region: string,
    name: string,
    settings: FunctionSettings,
    token: string,
  ): Promise<LambdaFunction> {
    if (!/^[a-zA-Z0-9-_]{1,64}$/.test(name)) throw invalid(`${name} is not a function name.`);
    const arn = this.#arn(region, name);
    const existing = this.#functions.get(arn);
    if (existing !== undefined && existing.token !== token) {
      throw new AwsFault("ResourceConflictException", `Function already exist: ${name}`, 409);
    }
    return this.#put({ region, name, arn, token, permissions: [] }, settings);
  }

  /** Throws as `create`, or ResourceNotFoundException. */
  async update(region: string, name: string, settings: FunctionSettings): Promise<LambdaFunction> {
    return this.#put(this.get(region, name), settings);
  }

  delete(region: string, name: string): void {
    const arn = this.#arn(region, name);
    if (!this.#functions.delete(arn)) return;
    this.#save();
    this.#onChange(arn);
  }

  find(arn: string): LambdaFunction | undefined {
    return this.#functions.get(arn);
  }

  /** By name or ARN. Throws ResourceNotFoundException. */
  get(region: string, nameOrArn: string): LambdaFunction {
    const arn = nameOrArn.startsWith("arn:") ? nameOrArn : this.#arn(region, nameOrArn);
    const found = this.#functions.get(arn.replace(/:\$LATEST$/, ""));
    if (found === undefined) {
      throw new AwsFault("ResourceNotFoundException", `Function not found: ${arn}`, 404);
    }
    return found;
  }

  /** By name. */
  list(region: string): LambdaFunction[] {
    return [...this.#functions.values()]
      .filter((one) => one.region === region)
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** Names of the code folders that are needed; a function keeps a layer that has been deleted. */
  usedCode(): string[] {
    return [...this.#functions.values()].flatMap(({ code, layers }) => [
      code.sha256,
      ...layers.map((layer) => layer.code.sha256),
    ]);
  }

  /** Throws ResourceNotFoundException. */
  addPermission(region: string, nameOrArn: string, permission: FunctionPermission): void {
    const target = this.get(region, nameOrArn);
    const others = target.permissions.filter(({ id }) => id !== permission.id);
    this.#store({ ...target, permissions: [...others, permission] });
  }

  removePermission(region: string, nameOrArn: string, id: string): void {
    const arn = nameOrArn.startsWith("arn:") ? nameOrArn : this.#arn(region, nameOrArn);
    const target = this.#functions.get(arn);
    if (target === undefined) return;
    const others = target.permissions.filter((permission) => permission.id !== id);
    this.#store({ ...target, permissions: others });
  }

  async #put(
    identity: Pick<LambdaFunction, "region" | "name" | "arn" | "token" | "permissions">,
    settings: FunctionSettings,
  ): Promise<LambdaFunction> {
    const { region, name, arn, token, permissions } = identity;
    requireRunnable(settings);
    const role = this.#roles.assumableByLambda(settings.roleArn);
    requireNetwork(settings, role);
    const layers = settings.layers.map((layer) => this.#layer(layer, settings));
    const code = await this.#codes.add(await readZipObject(this.#context, settings.code));
    const total = [code, ...layers.map((layer) => layer.code)]
      .map(({ unzippedSize }) => unzippedSize)
      .reduce((sum, size) => sum + size, 0);
    if (total > UNZIPPED_LIMIT) {
      throw invalid(
        `Function code combined with layers exceeds the maximum allowed size of ${UNZIPPED_LIMIT} bytes. The actual size is ${total} bytes.`,
      );
    }
    const modifiedAt = new Date().toISOString().replace("Z", "+0000");
    const changed = this.#store({
      ...settings,
      region,
      name,
      arn,
      token,
      permissions,
      code,
      layers: layers.map((layer) => ({ arn: layer.arn, code: layer.code })),
      modifiedAt,
      revisionId: randomUUID(),
    });
    this.#onChange(arn);
    return changed;
  }

  #layer(arn: string, { runtime, architecture }: FunctionSettings): LayerVersion {
    const layer = this.#layers.find(arn);
    if (layer === undefined) throw invalid(`Layer version ${arn} does not exist.`);
    const { compatibleRuntimes: runtimes, compatibleArchitectures: architectures } = layer;
    if (architectures.length > 0 && !architectures.includes(architecture)) {
      throw invalid(
        `Layer ${arn} is for ${architectures.join(", ")}, the function for ${architecture}.`,
      );
    }
    if (runtimes.length > 0 && !runtimes.includes(runtime)) {
      throw invalid(`Layer ${arn} is for ${runtimes.join(", ")}, the function for ${runtime}.`);
    }
    return layer;
  }

  #arn(region: string, name: string): string {
    return `arn:aws:lambda:${region}:${this.#context.accountId}:function:${name}`;
  }

  #store(changed: LambdaFunction): LambdaFunction {
    this.#functions.set(changed.arn, changed);
    this.#save();
    return changed;
  }

  #save(): void {
    writeJson(this.#path, [...this.#functions.values()]);
  }
}

function requireRunnable({ runtime, handler, architecture, environment }: FunctionSettings): void {
  if (!RUNTIMES.includes(runtime)) {
    throw invalid(
      `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${RUNTIMES.join(", ")}] or be a valid ARN`,
    );
  }
  if (handler === "") throw invalid("Handler is required for functions of PackageType Zip.");
  if (architecture !== MACHINE) {
    throw invalid(
      `The local AWS runs functions on this machine's own CPU (${MACHINE}); it cannot run ${architecture}.`,
    );
  }
  const reserved = Object.keys(environment).filter((name) => RESERVED_VARIABLES.test(name));
  if (Buffer.byteLength(JSON.stringify(environment)) > ENVIRONMENT_LIMIT) {
    throw invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the ${ENVIRONMENT_LIMIT / 1024}KB limit.`,
    );
  }
  if (reserved.length > 0) {
    throw invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(", ")}`,
    );
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html */
function requireNetwork({ vpc }: FunctionSettings, role: Role): void {
  const { subnetIds, securityGroupIds } = vpc ?? { subnetIds: [], securityGroupIds: [] };
  if (subnetIds.length === 0 && securityGroupIds.length === 0) return;
  if (subnetIds.length === 0 || securityGroupIds.length === 0) {
    throw invalid("SubnetIds and SecurityIds must coexist or be both empty list.");
  }
  if (!roleAllows(role, "ec2:CreateNetworkInterface", "*")) {
    throw invalid(
      "The provided execution role does not have permissions to call CreateNetworkInterface on EC2",
    );
  }
}

function invalid(message: string): AwsFault {
  return new AwsFault("InvalidParameterValueException", message);
}
