import { describe } from "vitest";
import { hasMoto, startMoto } from "../../runtime/publisher/servers.ts";
import { bucketStackSuite } from "./bucket-stack-suite.ts";

describe.runIf(hasMoto)("on moto's CloudFormation", () =>
  bucketStackSuite(startMoto, { keepsFullBuckets: false, noticesTags: false, tellsOutputs: false }),
);
