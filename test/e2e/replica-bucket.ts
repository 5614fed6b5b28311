/** A replica in a bucket of the local AWS that belongs to no site. */
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { AwsClients } from "../../src/aws/clients.ts";
import { FakeLitestream } from "../runtime/load/litestream/fake-litestream.ts";

/** Makes the bucket `replicas`, and keeps a replica below `live.db` in it. */
export async function replicaInBucket(clients: AwsClients): Promise<FakeLitestream> {
  const s3 = await clients.s3();
  const Bucket = "replicas";
  await s3.send(new CreateBucketCommand({ Bucket }));
  return new FakeLitestream({
    put: async (key, Body) => {
      await s3.send(new PutObjectCommand({ Bucket, Key: `live.db/${key}`, Body }));
    },
    remove: async (key) => {
      await s3.send(new DeleteObjectCommand({ Bucket, Key: `live.db/${key}` }));
    },
  });
}
