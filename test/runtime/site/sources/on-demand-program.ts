/**
 * argv: JSON. Starts so many environments, opens a published database in each on demand, reads all
 * of it, prints how many rows it has.
 */
import { Connection } from "../../../../runtime/core/sqlite/connection.ts";
import { PagedDatabases } from "../../../../runtime/site/sources/paged-databases.ts";

const { published, environments, ...options } = JSON.parse(process.argv[2]!);

async function readAll(): Promise<void> {
  const databases = await PagedDatabases.start({
    ...options,
    slotBytes: 4096,
    cacheBytes: 400_000,
  });
  const { url } = await databases.open(published);
  const connection = new Connection(url, {
    immutable: true,
    guardFile: options.extensionFile,
    reads: databases.reads,
  });
  const rows = connection.value("select count(text || part) from data");
  connection.query("select text from data order by text");
  console.log(`${rows} rows`);
  connection.close();
  await databases.close();
}

await Promise.all(Array.from({ length: environments }, readAll));
