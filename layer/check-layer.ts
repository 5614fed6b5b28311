/** Loads a layer as Lambda does, unpacked below a folder that NODE_PATH names, and queries with it. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { unzipSync } from "fflate";
import { DslError } from "../runtime/core/dsl-error.ts";
import { layerCheckEntry } from "../src/paths.ts";
import { makeTemporaryFolder } from "../src/temporary-folder.ts";
import { lambdaNode, type NoNode } from "./lambda-node.ts";

export interface LayerCheck {
  /** Versions that answered. */
  node: string;
  sqlite: string;
  emulated: boolean;
}

/** Emulated, the check takes some seconds; nothing takes minutes. */
const TIMEOUT_MS = 120_000;

/** Returns NoNode when this machine cannot run it. Throws DslError `layer_fails`. */
export async function checkLayer(zip: string, cpu: "x64" | "arm64"): Promise<LayerCheck | NoNode> {
  const node = await lambdaNode(cpu);
  if ("reason" in node) return node;
  const opt = makeTemporaryFolder("dsl-layer-");
  try {
    unpack(zip, opt);
    const [command = "", ...args] = node.command;
    const { failed, stdout, stderr } = await execa(command, [...args, layerCheckEntry], {
      env: { PATH: process.env.PATH, NODE_PATH: join(opt, "nodejs/node_modules") },
      extendEnv: false,
      cwd: opt,
      reject: false,
      timeout: TIMEOUT_MS,
    });
    if (failed) throw layerFails(cpu, stderr);
    const { node: version, sqlite } = JSON.parse(stdout) as { node: string; sqlite: string };
    return { node: version, sqlite, emulated: node.emulated };
  } finally {
    rmSync(opt, { recursive: true, force: true });
  }
}

function unpack(zip: string, folder: string): void {
  for (const [name, content] of Object.entries(unzipSync(readFileSync(zip)))) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

function layerFails(cpu: string, stderr: string): DslError {
  const said = stderr.split("\n").find((line) => /^\w*Error: /.test(line)) ?? "it ended early";
  return new DslError(
    "layer_fails",
    `The layer for ${cpu} was built, but a query with it fails: ${said}`,
    "DSL_DEBUG=1 shows everything it said; npm run build builds the guard again",
    { cause: new Error(stderr) },
  );
}
