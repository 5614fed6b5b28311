/** Vitest's global setup: the browser gets the pages as the sources are now. */
import { join } from "node:path";
import { bundlePages } from "../../scripts/build/pages.ts";
import { lambdaFolder } from "../../src/paths.ts";

export default async function setup(): Promise<void> {
  await bundlePages(join(lambdaFolder, "static"));
}
