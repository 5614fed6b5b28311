import { AwsClient } from "aws4fetch";

/** A request to S3 that no SDK would send, signed. */
export function signedFetch(url: string, init: RequestInit = {}): Promise<Response> {
  const client = new AwsClient({
    accessKeyId: "local",
    secretAccessKey: "local",
    service: "s3",
    region: "us-east-1",
    retries: 0,
  });
  return client.fetch(url, init);
}
