/** Method and path → operation of the Lambda API. */
import type { LocalRequest } from "../common/service.ts";

export interface Route {
  operation: string;
  /** The parts of the path in braces, decoded. */
  parameters: Record<string, string>;
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html */
const ROUTES: [method: string, path: string, operation: string][] = [
  ["GET", "/2015-03-31/functions", "ListFunctions"],
  ["GET", "/2015-03-31/functions/{function}", "GetFunction"],
  ["GET", "/2015-03-31/functions/{function}/configuration", "GetFunctionConfiguration"],
  ["GET", "/2015-03-31/functions/{function}/policy", "GetPolicy"],
  ["POST", "/2015-03-31/functions/{function}/invocations", "Invoke"],
  ["GET", "/2018-10-31/layers", "ListLayers"],
  ["GET", "/2018-10-31/layers?find=LayerVersion", "GetLayerVersionByArn"],
  ["GET", "/2018-10-31/layers/{layer}/versions", "ListLayerVersions"],
  ["POST", "/2018-10-31/layers/{layer}/versions", "PublishLayerVersion"],
  ["GET", "/2018-10-31/layers/{layer}/versions/{version}", "GetLayerVersion"],
  ["DELETE", "/2018-10-31/layers/{layer}/versions/{version}", "DeleteLayerVersion"],
  ["GET", "/2018-10-31/layers/{layer}/versions/{version}/policy", "GetLayerVersionPolicy"],
  ["POST", "/2018-10-31/layers/{layer}/versions/{version}/policy", "AddLayerVersionPermission"],
];

export function findRoute({ method, path, query }: LocalRequest): Route | undefined {
  const segments = path.replace(/\/$/, "").split("/");
  const find = query.get("find");
  for (const [wantedMethod, pattern, operation] of ROUTES) {
    const [wantedPath = "", wantedFind = null] = pattern.split("?find=");
    if (wantedMethod !== method || wantedFind !== find) continue;
    const parameters = matchSegments(wantedPath.split("/"), segments);
    if (parameters !== undefined) return { operation, parameters };
  }
  return undefined;
}

function matchSegments(pattern: string[], segments: string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [at, expected] of pattern.entries()) {
    const actual = segments[at] ?? "";
    if (expected.startsWith("{")) parameters[expected.slice(1, -1)] = decodeURIComponent(actual);
    else if (actual !== expected) return undefined;
  }
  return parameters;
}
