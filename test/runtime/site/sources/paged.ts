/** A database file read on demand from an S3 in another thread, for tests. */
import Database from "better-sqlite3";
import { Connection } from "../../../../runtime/core/sqlite/connection.ts";
import {
  PagedDatabases,
  type PagedOptions,
} from "../../../../runtime/site/sources/paged-databases.ts";
import { guardFile } from "../../../../src/paths.ts";
import { temporaryDirectory } from "../../../temporary-directory.ts";
import { type S3Thread, startS3Thread } from "../../core/store/s3-thread.ts";
import { BUCKET, environmentOf } from "../../core/store/small-s3.ts";
import { type PublishOptions, publishDatabase } from "./published.ts";

export interface Paged {
  s3: S3Thread;
  databases: PagedDatabases;
  /** Publishes a file as it is now, and opens it. */
  open(path: string, name?: string): Promise<Connection>;
  close(): Promise<void>;
}

/** Blocks of 4 KiB and no hot pages, so that almost every read is a fault; nothing read beforehand. */
export const SMALL_BLOCKS: PublishOptions = { blockSize: 4096, hot: null };

/** `blocks` is how many the cache holds; an S3 that is given stays open, and is emptied. */
export async function startPaged(
  options: Partial<PagedOptions> & { blocks?: number; s3?: S3Thread } = {},
  publishing: PublishOptions = SMALL_BLOCKS,
): Promise<Paged> {
  const { blocks = 10_000, s3 = await startS3Thread(), ...others } = options;
  const slotBytes = publishing.blockSize ?? 4096;
  const databases = await PagedDatabases.start({
    extensionFile: guardFile(),
    bucket: BUCKET,
    environment: environmentOf(s3),
    directory: temporaryDirectory(),
    slotBytes,
    cacheBytes: blocks * slotBytes,
    fills: false,
    ...others,
  });
  const connections: Connection[] = [];
  return {
    s3,
    databases,
    open: async (path, name = "shop") => {
      const published = publishDatabase(s3.objects, name, path, publishing);
      const { url } = await databases.open(published);
      const { reads } = databases;
      const options = { immutable: true, guardFile: guardFile(), reads, cacheSizeKb: 16 };
      const connection = new Connection(url, options);
      connections.push(connection);
      return connection;
    },
    close: async () => {
      for (const connection of connections) connection.close();
      await databases.close();
      if (options.s3 === undefined) await s3.close();
      else s3.reset();
    },
  };
}

/** Table `data(id, text, part)` of `rows` rows with an index on `part`, and FTS over the text. */
export function makeShop(path: string, rows: number): void {
  const database = new Database(path);
  database.exec(`
    create table data (id integer primary key, text text, part integer);
    with recursive counter(i) as (select 1 union all select i + 1 from counter where i < ${rows})
    insert into data
      select i, printf('row %d %s', i, hex(randomblob(60))), i * 7919 % 101 from counter;
    create index data_part on data (part);
    create virtual table data_fts using fts5 (text, content='data', content_rowid='id');
    insert into data_fts (data_fts) values ('rebuild');
  `);
  database.close();
}
