/** The store of a replica, in a bucket or a folder. */
import type { S3Client } from "@aws-sdk/client-s3";
import { FolderStore } from "../../runtime/core/store/folder-store.ts";
import type { ObjectStore } from "../../runtime/core/store/object-store.ts";
import { PrefixStore } from "../../runtime/core/store/prefix-store.ts";
import { BucketStore } from "../aws/bucket-store.ts";
import type { AwsClients } from "../aws/clients.ts";
import { type Destination, keyOfFolder } from "./destination.ts";

export interface OpenPlace {
  store: ObjectStore;
  /** Everything that is beside and above it, and where it is in there: "" or "a/b". */
  whole: ObjectStore;
  path: string;
  /** Of a bucket; null: it is a folder. */
  client: S3Client | null;
}

/** `connect` is called for buckets alone. */
export async function openPlace(
  { place, url }: Destination,
  connect: () => Promise<AwsClients>,
): Promise<OpenPlace> {
  if (place.kind === "folder") {
    const { root, key } = keyOfFolder(place.folder);
    const store = new PrefixStore(new FolderStore(place.folder), "", url);
    return { store, whole: new FolderStore(root), path: key, client: null };
  }
  const clients = await connect();
  const client = await clients.s3();
  const whole = new BucketStore(client, place.bucket);
  const store = new PrefixStore(whole, place.prefix, url);
  return { store, whole, path: place.prefix, client };
}
