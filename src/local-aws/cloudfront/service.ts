/** The CloudFront service, as far as distributions that stacks have made can be looked at. */
import { AwsFault, type LocalResponse, type LocalService } from "../common/service.ts";
import { type Distribution, type Distributions, domainNameOf } from "./distributions.ts";
import type { Locations } from "./locations.ts";

const NAMESPACE = "http://cloudfront.amazonaws.com/doc/2020-05-31/";

export function createCloudFrontService(
  distributions: Distributions,
  locations: Locations,
  accountId: string,
): LocalService {
  return {
    signingName: "cloudfront",
    protocol: "rest-xml",
    identify: ({ method, path }) => ({ operation: `${method} ${path}`, resource: "" }),
    start: async () => distributions.serveOn(locations),
    close: () => locations.closeAll(),
    handle: async ({ method, path }) => {
      const [, id] = /^\/2020-05-31\/distribution\/(\w+)$/.exec(path) ?? [];
      if (method !== "GET" || id === undefined) {
        throw new AwsFault(
          "NotImplemented",
          `The local CloudFront does not implement ${method} ${path}.`,
          501,
        );
      }
      const found = distributions.find(id);
      if (found === undefined) {
        throw new AwsFault("NoSuchDistribution", "The specified distribution does not exist.", 404);
      }
      return describe(found, accountId);
    },
  };
}

function describe(distribution: Distribution, accountId: string): LocalResponse {
  const { id, config, before } = distribution;
  const status = before === null ? "Deployed" : "InProgress";
  const body = `<?xml version="1.0" encoding="UTF-8"?>
<Distribution xmlns="${NAMESPACE}"><Id>${id}</Id><ARN>arn:aws:cloudfront::${accountId}:distribution/${id}</ARN><Status>${status}</Status><DomainName>${domainNameOf(distribution)}</DomainName><DistributionConfig><Enabled>${config.enabled}</Enabled></DistributionConfig></Distribution>`;
  return { status: 200, headers: { "content-type": "text/xml" }, body };
}
