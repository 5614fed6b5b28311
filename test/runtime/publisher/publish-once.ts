/** A publisher as a process of its own, to be killed: `node publish-once.ts ENDPOINT BUCKET FILE…` */
import { BucketStore } from "../../../src/aws/bucket-store.ts";
import { publishSite, s3Client } from "./site.ts";

const [endpoint = "", bucket = "", ...paths] = process.argv.slice(2);
process.stdout.write("started\n");
const { version } = await publishSite(new BucketStore(await s3Client(endpoint), bucket), ...paths);
process.stdout.write(`published ${version}\n`);
