/**
 * The only place that constructs AWS SDK clients. They find region, credentials and endpoint as the
 * AWS CLI does: environment variables (AWS_REGION, AWS_PROFILE, AWS_ENDPOINT_URL …), then
 * ~/.aws/config and ~/.aws/credentials.
 */
import type { ACMClient } from "@aws-sdk/client-acm";
import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { IAMClient } from "@aws-sdk/client-iam";
import type { LambdaClient } from "@aws-sdk/client-lambda";
import type { Route53Client } from "@aws-sdk/client-route-53";
import type { S3Client } from "@aws-sdk/client-s3";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { SSMClient } from "@aws-sdk/client-ssm";
import type { STSClient } from "@aws-sdk/client-sts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { rememberCall } from "./calls.ts";
import { proxyAgents, useProxy } from "./proxy.ts";

/** What the command line says; everything left out comes from the environment and config files. */
export interface AwsTarget {
  region?: string;
  profile?: string;
  /** Of another service that has the interface of AWS. */
  endpoint?: string;
  /** Absent: as the AWS CLI finds them. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
  /** The local AWS: one endpoint for all services, with what it accepts. */
  local?: {
    endpoint: string;
    region: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
  };
  /** "short": for those who try again themselves for as long as it takes. */
  patience?: "short";
}

/** One client per service, made when first asked for: loading the SDK takes most of a start. */
export interface AwsClients {
  cloudFormation(): Promise<CloudFormationClient>;
  s3(): Promise<S3Client>;
  lambda(): Promise<LambdaClient>;
  logs(): Promise<CloudWatchLogsClient>;
  sts(): Promise<STSClient>;
  /** Metrics and alarms. */
  cloudWatch(): Promise<CloudWatchClient>;
  iam(): Promise<IAMClient>;
  sqs(): Promise<SQSClient>;
  ssm(): Promise<SSMClient>;
  secretsManager(): Promise<SecretsManagerClient>;
  /** Certificates. */
  acm(): Promise<ACMClient>;
  route53(): Promise<Route53Client>;
  /** The same, in another region. */
  inRegion(region: string): AwsClients;
  /** Between two looks at a stack that changes: AWS throttles those who ask too often. */
  pollMilliseconds: number;
}

/** Tries of one request, the first included, unless AWS_MAX_ATTEMPTS says otherwise; waits grow. */
const MAX_ATTEMPTS = 6;
/** A connection that nobody answers on would otherwise be waited for for ever. Tried again after it. */
const TIMEOUTS = { connectionTimeout: 10_000, socketTimeout: 60_000 };
/** With bucket-store.ts's own retries something is known to be wrong after two minutes. */
const SHORT = { attempts: 2, timeouts: { connectionTimeout: 5_000, socketTimeout: 15_000 } };
const POLL_MS = 2_000;
const LOCAL_POLL_MS = 100;

export function createClients(target: AwsTarget): AwsClients {
  const given = target.local?.endpoint ?? target.endpoint;
  const endpoint = given ?? process.env.AWS_ENDPOINT_URL;
  checkEndpoints();
  const profile = target.profile ?? process.env.AWS_PROFILE ?? null;
  const agents = target.local === undefined ? proxyAgents() : null;
  // The site is verified with fetch, which has to go the same way.
  if (agents !== null) useProxy();
  const isShort = target.patience === "short";
  const requestHandler = { ...(isShort ? SHORT.timeouts : TIMEOUTS), ...agents };
  const attempts = isShort ? SHORT.attempts : MAX_ATTEMPTS;
  const settings = {
    maxAttempts: process.env.AWS_MAX_ATTEMPTS === undefined ? attempts : undefined,
    region: target.region ?? target.local?.region,
    profile: target.profile,
    endpoint: given,
    credentials:
      target.local?.credentials ??
      target.credentials ??
      (agents || isShort ? ownCredentials(target, requestHandler) : undefined),
    requestHandler,
  };
  // Emulators are reached by one host name; bucket names as sub-domains of it do not resolve.
  const s3Endpoint = endpoint ?? process.env.AWS_ENDPOINT_URL_S3;
  const s3Settings = { ...settings, forcePathStyle: s3Endpoint !== undefined };
  return {
    cloudFormation: once(async () => {
      const { CloudFormationClient } = await import("@aws-sdk/client-cloudformation");
      return rememberCalls(new CloudFormationClient(settings), profile);
    }),
    s3: once(async () => {
      const { S3Client } = await import("@aws-sdk/client-s3");
      return rememberCalls(new S3Client(s3Settings), profile);
    }),
    lambda: once(async () => {
      const { LambdaClient } = await import("@aws-sdk/client-lambda");
      return rememberCalls(new LambdaClient(settings), profile);
    }),
    logs: once(async () => {
      const { CloudWatchLogsClient } = await import("@aws-sdk/client-cloudwatch-logs");
      return rememberCalls(new CloudWatchLogsClient(settings), profile);
    }),
    sts: once(async () => {
      const { STSClient } = await import("@aws-sdk/client-sts");
      return rememberCalls(new STSClient(settings), profile);
    }),
    cloudWatch: once(async () => {
      const { CloudWatchClient } = await import("@aws-sdk/client-cloudwatch");
      return rememberCalls(new CloudWatchClient(settings), profile);
    }),
    iam: once(async () => {
      const { IAMClient } = await import("@aws-sdk/client-iam");
      return rememberCalls(new IAMClient(settings), profile);
    }),
    sqs: once(async () => {
      const { SQSClient } = await import("@aws-sdk/client-sqs");
      return rememberCalls(new SQSClient(settings), profile);
    }),
    ssm: once(async () => {
      const { SSMClient } = await import("@aws-sdk/client-ssm");
      return rememberCalls(new SSMClient(settings), profile);
    }),
    secretsManager: once(async () => {
      const { SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
      return rememberCalls(new SecretsManagerClient(settings), profile);
    }),
    acm: once(async () => {
      const { ACMClient } = await import("@aws-sdk/client-acm");
      return rememberCalls(new ACMClient(settings), profile);
    }),
    route53: once(async () => {
      const { Route53Client } = await import("@aws-sdk/client-route-53");
      return rememberCalls(new Route53Client(settings), profile);
    }),
    inRegion: (region) => createClients({ ...target, region }),
    pollMilliseconds: isLoopback(endpoint) ? LOCAL_POLL_MS : POLL_MS,
  };
}

/**
 * The SDK's own search for credentials; the clients that it makes for that (SSO's among them) would not take over
 * the agents of the client that asks. Files are read anew: the SDK keeps what they had when the process began.
 */
function ownCredentials({ profile }: AwsTarget, requestHandler: object) {
  const provider = once(async () => {
    const { defaultProvider } = await import("@aws-sdk/credential-provider-node");
    return defaultProvider({ profile, ignoreCache: true, clientConfig: { requestHandler } });
  });
  return async (properties?: object) => (await provider())(properties);
}

/** The SDK fails with "Invalid URL", or takes the host's name for a scheme. */
function checkEndpoints(): void {
  for (const [variable, text] of Object.entries(process.env)) {
    if (!/^AWS_ENDPOINT_URL(_|$)/.test(variable) || !text || /^https?:\/\/./.test(text)) continue;
    throw new DslError(
      "invalid_endpoint",
      `${variable} is "${text}", which is no http:// or https:// URL`,
      `${variable}=http://${text.replace(/^.*:\/\//, "")}`,
    );
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function isLoopback(endpoint: string | undefined): boolean {
  if (endpoint === undefined || !URL.canParse(endpoint)) return false;
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(endpoint).hostname);
}

type Handler = (args: { input: object }) => Promise<never>;
type Middleware = (
  next: Handler,
  context: { clientName?: string; commandName?: string },
) => Handler;

/** What the SDK's clients have in common here. */
interface AnyClient {
  config: { region(): Promise<string> };
  middlewareStack: object;
}

/** Errors do not say which request they answer; this notes it for the explanation in errors.ts. */
function rememberCalls<Client extends AnyClient>(client: Client, profile: string | null): Client {
  const middleware: Middleware = (next, context) => async (args) => {
    try {
      return await next(args);
    } catch (error) {
      rememberCall(error, {
        service: (context.clientName ?? "").replace(/Client$/, ""),
        operation: (context.commandName ?? "").replace(/Command$/, ""),
        input: args.input,
        region: await client.config.region().catch(() => null),
        profile,
      });
      throw error;
    }
  };
  // Each client types its stack by its own inputs and outputs; this middleware fits all of them.
  const stack = client.middlewareStack as {
    add(middleware: Middleware, options: { step: "initialize" }): void;
  };
  stack.add(middleware, { step: "initialize" });
  return client;
}
