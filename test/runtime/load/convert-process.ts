/** Converts the file that is named first into the database named second, and tells its peak of memory. */
import { basename } from "node:path";
import { convert } from "../../../runtime/load/convert.ts";

const [path = "", target = ""] = process.argv.slice(2);
const outcome = await convert([{ name: basename(path), path }], {}, target).then(
  ({ tables }) => `${tables.reduce((sum, { rows }) => sum + rows, 0)} rows`,
  (error) => String(error.code ?? error.stack),
);
/** In kB: https://nodejs.org/api/process.html#processresourceusage */
const { maxRSS } = process.resourceUsage();
console.log(JSON.stringify({ peak: Math.round(maxRSS / 1000), outcome }));
