import { describe } from "vitest";
import { startLocal } from "../../runtime/publisher/servers.ts";
import { bucketStackSuite } from "./bucket-stack-suite.ts";

describe("on the local CloudFormation", () =>
  bucketStackSuite(() => startLocal(), {
    keepsFullBuckets: true,
    noticesTags: true,
    tellsOutputs: true,
  }));
