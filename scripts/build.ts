/**
 * `npm run build`, and `npm ci` through npm's `prepare`: everything in dist/, and the example
 * database. Quick when nothing changed: the bundles take a fraction of a second, the guard and the
 * example are rebuilt only when what they are made of has changed.
 */
import { bundleAll } from "./build/bundles.ts";
import { linkCommand } from "./build/command-link.ts";
import { writeCommit } from "./build/commit.ts";
import { buildExample } from "./build/example.ts";
import { buildGuard } from "./build/guard.ts";
import { buildResourceSchemas } from "./build/resource-schemas.ts";

writeCommit();
await buildGuard();
await bundleAll();
await buildResourceSchemas();
linkCommand();
await buildExample();
