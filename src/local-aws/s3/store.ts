/** Opens the local S3's storage: the index and the bodies it refers to. */
import type Database from "better-sqlite3";
import { Bodies } from "./bodies.ts";
import { Buckets } from "./buckets.ts";
import { openIndex } from "./database.ts";
import { Objects } from "./objects.ts";
import { Uploads } from "./uploads.ts";

export interface S3Store {
  buckets: Buckets;
  objects: Objects;
  uploads: Uploads;
  bodies: Bodies;
  close(): void;
}

/** `home` is the state folder; one process at a time may have it open. */
export function openS3Store(home: string): S3Store {
  const index = openIndex(home);
  const bodies = new Bodies(home, usedBodies(index));
  const buckets = new Buckets(index);
  const objects = new Objects(index, buckets, bodies);
  const uploads = new Uploads(index, buckets, objects, bodies);
  return { buckets, objects, uploads, bodies, close: () => void index.close() };
}

function usedBodies(index: Database.Database): Set<string> {
  const names = index
    .prepare<[], string>(
      "SELECT body FROM object_version WHERE body IS NOT NULL UNION ALL SELECT body FROM part",
    )
    .pluck()
    .all();
  return new Set(names as string[]);
}
