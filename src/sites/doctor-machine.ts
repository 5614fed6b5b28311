/** What `dsl doctor` looks at on this machine. */
import { accessSync, constants, existsSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { formatBytes } from "../../runtime/core/quantities.ts";
import { proxyOf } from "../aws/proxy.ts";
import { machineArchitecture } from "../deploy/package-facts.ts";
import { buildLayerZip } from "../package/layer-zip.ts";
import { cacheFolder, guardFile } from "../paths.ts";
import { type Finding, ok } from "./doctor-finding.ts";

/** A database is copied before it is published. */
const ENOUGH_SPACE = 1e9;

export async function checkMachine(): Promise<Finding[]> {
  return [
    ok("Node", `${process.version} on ${process.platform}-${process.arch}`),
    checkGuard(),
    await checkLayer(),
    checkSpace("temporary files", tmpdir, "TMPDIR"),
    checkSpace("cache", cacheFolder, "DSL_CACHE"),
    checkProxy(),
  ];
}

function checkGuard(): Finding {
  if (existsSync(guardFile())) return ok("query guard", "compiled for this machine");
  return {
    check: "query guard",
    state: "warning",
    text: `not compiled for ${process.platform}-${process.arch}: dsl serve answers no custom SQL`,
    hint: "install a C compiler and run npm rebuild; sites on Lambda have their own",
  };
}

/** The one that a new site would get here; it is kept in the cache, where a deployment looks for it. */
async function checkLayer(): Promise<Finding> {
  const architecture = machineArchitecture();
  try {
    const { size } = await buildLayerZip(architecture);
    return ok("layer", `${formatBytes(size)} for ${architecture}`);
  } catch (error) {
    if (!(error instanceof DslError)) throw error;
    return { check: "layer", state: "problem", text: error.message, hint: error.hint };
  }
}

function checkSpace(check: string, find: () => string, variable: string): Finding {
  const hint = `set ${variable} to a folder with more room`;
  let folder = variable;
  try {
    folder = find();
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    const free = bavail * bsize;
    const text = `${formatBytes(free)} free in ${folder}`;
    if (free >= ENOUGH_SPACE) return ok(check, text);
    return {
      check,
      state: "warning",
      text: `only ${text}, and each database is copied before it is published`,
      hint,
    };
  } catch {
    return {
      check,
      state: "problem",
      text: `the folder ${folder} cannot be written to`,
      hint: `set ${variable} to a folder that can`,
    };
  }
}

function checkProxy(): Finding {
  try {
    const proxy = proxyOf(process.env);
    return ok("proxy", proxy === null ? "none is configured" : `that of ${proxy.variable}`);
  } catch (error) {
    if (!(error instanceof DslError)) throw error;
    return { check: "proxy", state: "problem", text: error.message, hint: error.hint };
  }
}
