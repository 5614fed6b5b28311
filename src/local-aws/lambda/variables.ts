import { delimiter, join } from "node:path";
import type { Credentials } from "../iam/roles.ts";
import type { LambdaFunction } from "./functions.ts";

export interface EnvironmentPlace {
  logStream: string;
  /** Where the function's zip is unpacked. */
  taskRoot: string;
  /** Where the layers' zips are unpacked, in the order of the function's layers. */
  layerFolders: string[];
  temporaryFolder: string;
  endpoint: string;
  credentials: Credentials;
}

/**
 * The environment variables that an environment of the function sees, and no others.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function environmentVariables(
  target: LambdaFunction,
  place: EnvironmentPlace,
): Record<string, string> {
  return {
    LANG: "en_US.UTF-8",
    PATH: "/usr/local/bin:/usr/bin:/bin:/opt/bin",
    TZ: ":UTC",
    // What the function sets wins over the above, but not over the below, which are reserved.
    ...target.environment,
    _HANDLER: target.handler,
    AWS_REGION: target.region,
    AWS_DEFAULT_REGION: target.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${target.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: target.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(target.memorySize),
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_FORMAT: target.logFormat ?? "Text",
    AWS_LAMBDA_LOG_GROUP_NAME: target.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: place.logStream,
    AWS_ACCESS_KEY_ID: place.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: place.credentials.secretAccessKey,
    AWS_SESSION_TOKEN: place.credentials.sessionToken,
    LAMBDA_TASK_ROOT: place.taskRoot,
    NODE_PATH: nodePath(target.runtime, place.layerFolders),
    // Lambda has one /tmp for each environment and AWS behind the public endpoints.
    TMPDIR: place.temporaryFolder,
    AWS_ENDPOINT_URL: place.endpoint,
  };
}

/** Lambda merges the layers into /opt, later ones over earlier ones. */
function nodePath(runtime: string, layerFolders: string[]): string {
  const version = runtime.replace(/^nodejs(\d+)\.x$/, "node$1");
  return layerFolders
    .toReversed()
    .flatMap((folder) => [
      join(folder, "nodejs", version, "node_modules"),
      join(folder, "nodejs", "node_modules"),
    ])
    .join(delimiter);
}
