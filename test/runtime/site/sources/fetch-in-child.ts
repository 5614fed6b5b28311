/** argv: directory, ManifestDatabase as JSON. Fetches the database, to be killed meanwhile. */

import { Bucket } from "../../../../runtime/core/store/s3.ts";
import { fetchDatabase } from "../../../../runtime/site/sources/fetch-database.ts";
import { BUCKET } from "../../core/store/small-s3.ts";

const [directory, database] = process.argv.slice(2);
await fetchDatabase(new Bucket(BUCKET), JSON.parse(database!), directory!, null);
