import { afterAll, beforeAll, describe } from "vitest";
import type { Bucket } from "../../../../runtime/core/store/s3.ts";
import { hasMoto, type S3Server, startMoto } from "../../publisher/servers.ts";
import { createTestBucket, describeClient } from "./s3-suite.ts";

describe.runIf(hasMoto)("The runtime's S3 client on moto's S3", () => {
  let server: S3Server;
  let bucket: Bucket;

  beforeAll(async () => {
    server = await startMoto();
    bucket = await createTestBucket(server.endpoint);
  });
  afterAll(() => server.stop());

  describeClient(() => ({ endpoint: server.endpoint, bucket }));
});
