import { describe } from "vitest";
import { cleanUpSuite } from "./clean-up-suite.ts";
import { publishSuite } from "./publish-suite.ts";
import { hasMoto, startMoto, useS3 } from "./servers.ts";

describe.runIf(hasMoto)("on moto's S3", () => {
  const s3 = useS3(startMoto);
  publishSuite(s3, 4);
  cleanUpSuite(s3);
});
