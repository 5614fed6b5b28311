/**
 * What `dsl` needs of S3, as tests through the real SDK client. They run against the local AWS and
 * against every other implementation at hand, so that the local one is held to what others do.
 */
import { AwsClient } from "aws4fetch";
import { describe, expect, test } from "vitest";
import { useBucket } from "./s3-bucket.ts";
import { listContract } from "./s3-contract-lists.ts";
import { multipartContract } from "./s3-contract-multipart.ts";
import { objectContract } from "./s3-contract-objects.ts";

/** Registers the tests. `endpoint` is asked when they run. */
export function s3Contract(implementation: string, endpoint: () => string): void {
  describe(`S3 of ${implementation}`, () => {
    const bucket = useBucket(endpoint);
    objectContract(bucket);
    listContract(bucket);
    multipartContract(bucket);

    test("presigned URLs give the object to whoever has them", async () => {
      await bucket.put("exports/rows.csv", "id\n1\n");
      const signer = new AwsClient({
        accessKeyId: "local",
        secretAccessKey: "local",
        service: "s3",
        region: "us-east-1",
      });
      const url = new URL(`${endpoint()}/${bucket.name}/exports/rows.csv`);
      url.searchParams.set("X-Amz-Expires", "60");
      const { url: presigned } = await signer.sign(url, { aws: { signQuery: true } });
      const response = await fetch(presigned);
      expect(response.status).toBe(200);
      expect(await response.text()).toBe("id\n1\n");
    });
  });
}
