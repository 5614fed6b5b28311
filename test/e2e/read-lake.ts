/** What is in the lake of a site, by whatever can list and read its bucket. */
import { GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { readParquet } from "../../runtime/load/lake/parquet.ts";
import type { AwsClients } from "../../src/aws/clients.ts";

/** Values of a column of all rows of a table, null where a row has none. */
export async function readLake(
  clients: AwsClients,
  bucket: string,
  table: string,
  column: string,
): Promise<unknown[]> {
  const s3 = await clients.s3();
  const found: unknown[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: `lake/${table}/day=`, ContinuationToken }),
    );
    for (const { Key } of page.Contents ?? []) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
      found.push(...(await readParquet(bytes, [column])).flat());
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return found;
}
