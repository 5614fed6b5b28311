/** argv: directory, ManifestDatabase as JSON. Fetches the database, to be killed meanwhile. */
import { fetchDatabase } from "../../runtime/data/fetch-database.ts";
import { Bucket } from "../../runtime/data/s3.ts";
import { BUCKET } from "./small-s3.ts";

const [directory, database] = process.argv.slice(2);
await fetchDatabase(new Bucket(BUCKET), JSON.parse(database!), directory!, null);
