/**
 * The bucket of the delivery benchmark, in a process of its own: publishes a database (argv: its
 * path) and a version of which about one block in a hundred differs, and answers until it is killed.
 */
import Database from "better-sqlite3";
import { startSmallS3 } from "../runtime/core/store/small-s3.ts";
import { makeDatabase, publishDatabase } from "../runtime/site/sources/published.ts";

const MEGABYTES = 100;
const CHANGED_PLACES = 1;

const path = process.argv[2]!;
const s3 = await startSmallS3();
makeDatabase(path, MEGABYTES);
const first = publishDatabase(s3.objects, "bench", path);
const database = new Database(path);
const change = database.prepare("update data set text = replace(text, '0', '1') where id = ?");
for (let i = 1; i <= CHANGED_PLACES; i++) change.run(i * Math.floor((MEGABYTES * 1000) / 2));
database.close();
const second = publishDatabase(s3.objects, "bench", path);
process.send!({ url: s3.url, first, second });
