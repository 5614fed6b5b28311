/** A log played to locations of CloudFront as the template has them, in a time of its own. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseTemplateText } from "../../../src/local-aws/cloudformation/template/yaml.ts";
import type { DistributionConfig } from "../../../src/local-aws/cloudfront/distributions.ts";
import { Edge } from "../../../src/local-aws/cloudfront/edge.ts";
import { EdgeFunctions } from "../../../src/local-aws/cloudfront/functions.ts";
import { Policies } from "../../../src/local-aws/cloudfront/policies.ts";
import { templatesFolder } from "../../../src/paths.ts";
import type { VersionedApp } from "./versioned-app.ts";
import type { Visit } from "./visits.ts";

export interface Way {
  name: string;
  /** Seconds of s-maxage; 0: the answers say nothing of caches before them. */
  sharedSeconds: number;
  /** Whether everything is taken out of the caches when there is another version. */
  invalidates: boolean;
}

export interface Played {
  visits: number;
  /** Requests that reached the function. */
  asked: number;
  /** Those of them that were answered with 304, from what the function remembers. */
  revalidated: number;
  /** Milliseconds of CPU of the function. */
  work: number;
  /** Bytes that the function gave out. */
  bytes: number;
  /** Seconds that somebody got a version after it was replaced, at most. */
  latest: number;
}

const VERSION = "x-bench-version";

/** `locations`: visitors come to one of so many, which share nothing. `publishSeconds`: between two versions. */
export async function replay(
  app: VersionedApp,
  log: readonly Visit[],
  way: Way | null,
  locations: number,
  publishSeconds: number,
): Promise<Played> {
  const played = { visits: 0, asked: 0, revalidated: 0, work: 0, bytes: 0, latest: 0 };
  const ask = async (url: string, headers: ReadonlyMap<string, string>) => {
    const begun = process.cpuUsage();
    const answer = await app.ask(url, headers, way?.sharedSeconds ?? 0);
    const { user, system } = process.cpuUsage(begun);
    played.work += (user + system) / 1000;
    played.asked++;
    played.bytes += answer.bytes.length;
    if (answer.status === 304) played.revalidated++;
    const fields: [string, string][] = [
      ...Object.entries(answer.headers),
      [VERSION, String(app.version)],
    ];
    return {
      status: answer.status,
      headers: new Map(fields),
      body: answer.bytes,
    };
  };
  let now = 0;
  const { config, parts, end } = distribution();
  const newEdges = () =>
    Array.from(
      { length: locations },
      () =>
        new Edge({
          ...parts,
          now: () => now,
          askOrigin: async (_origin, { url, headers }) => ({
            ...(await ask(url, headers)),
            cookies: [],
          }),
        }),
    );
  let edges = newEdges();
  app.version = 1;
  for (const [at, visit] of log.entries()) {
    now = visit.at;
    const version = 1 + Math.floor(now / 1000 / publishSeconds);
    if (version !== app.version && way?.invalidates) edges = newEdges();
    app.version = version;
    played.visits++;
    const headers = new Map([...visit.headers, ["host", "data.example.com"]]);
    if (way === null) {
      await ask(visit.url, headers);
      continue;
    }
    const request = {
      method: "GET",
      url: visit.url,
      headers,
      body: Buffer.alloc(0),
      address: "192.0.2.1",
    };
    const answer = await edges[at % locations]!.answer(config, request);
    if (answer.status !== 200) throw new Error(`${visit.url} is answered with ${answer.status}`);
    const shown = Number(answer.headers.find(([name]) => name === VERSION)?.[1]);
    if (shown < version) {
      const replaced = shown * publishSeconds;
      played.latest = Math.max(played.latest, now / 1000 - replaced);
    }
  }
  end();
  return played;
}

/** The distribution of templates/edge.yaml, as far as it decides what is kept. */
function distribution() {
  const home = mkdtempSync(join(tmpdir(), "dsl-bench-edge-"));
  const policies = new Policies(home);
  const functions = new EdgeFunctions(home, "000000000000");
  const template = parseTemplateText(
    readFileSync(join(templatesFolder, "edge.yaml"), "utf8"),
  ) as unknown as {
    Resources: {
      CachePolicy: { Properties: { CachePolicyConfig: CachePolicyConfig } };
      ViewerRequest: { Properties: { FunctionCode: string } };
    };
  };
  const { CachePolicy, ViewerRequest } = template.Resources;
  const given = CachePolicy.Properties.CachePolicyConfig;
  const key = given.ParametersInCacheKeyAndForwardedToOrigin;
  const cachePolicy = policies.create(
    {
      kind: "cache-policy",
      name: "bench",
      minTtl: given.MinTTL,
      defaultTtl: given.DefaultTTL,
      maxTtl: given.MaxTTL,
      gzip: key.EnableAcceptEncodingGzip,
      brotli: key.EnableAcceptEncodingBrotli,
      headers: { behavior: "whitelist", names: key.HeadersConfig.Headers },
      cookies: { behavior: "none", names: [] },
      queryStrings: { behavior: "all", names: [] },
    },
    "bench",
  );
  const viewerRequest = functions.create("bench", ViewerRequest.Properties.FunctionCode, "bench");
  const config: DistributionConfig = {
    enabled: true,
    comment: "",
    aliases: [],
    certificateArn: null,
    origins: [{ id: "api", domainName: "api.invalid", headers: {} }],
    behavior: {
      originId: "api",
      allowedMethods: ["GET"],
      compress: true,
      cachePolicy,
      originRequestPolicy: null,
      responseHeadersPolicy: null,
      viewerRequest,
    },
    errorSeconds: {},
  };
  const end = () => rmSync(home, { recursive: true, force: true });
  return { config, parts: { policies, functions }, end };
}

interface CachePolicyConfig {
  MinTTL: number;
  DefaultTTL: number;
  MaxTTL: number;
  ParametersInCacheKeyAndForwardedToOrigin: {
    EnableAcceptEncodingGzip: boolean;
    EnableAcceptEncodingBrotli: boolean;
    HeadersConfig: { Headers: string[] };
  };
}
