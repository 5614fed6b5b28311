import { createHash } from "node:crypto";
import { functionPackage, type StaticFile } from "../package/function-zip.ts";
import type { LayerZip } from "../package/layer-zip.ts";
import type { Architecture, PackageFacts } from "../plan/inputs.ts";
import { readTemplates } from "../stacks/templates.ts";
import { VERSION } from "../version.ts";

/** The CPU of this machine, as Lambda names it. */
export function machineArchitecture(): Architecture {
  return process.arch === "arm64" ? "arm64" : "x86_64";
}

/** What is deployed besides databases; `layers` are those that are at hand. */
export async function packageFacts(
  staticFiles: readonly StaticFile[],
  layers: ReadonlyMap<Architecture, LayerZip>,
): Promise<PackageFacts> {
  const [templates, code] = await Promise.all([
    readTemplates(),
    functionPackage(null, staticFiles),
  ]);
  return {
    software: VERSION,
    machine: machineArchitecture(),
    templates,
    codeSize: code.codeSize,
    layers: Object.fromEntries(
      [...layers].map(([architecture, { sha256, unzippedSize }]) => [
        architecture,
        { key: `layers/${sha256}.zip`, size: unzippedSize },
      ]),
    ),
    codeKey: (manifest) => `code/${packageDigest(code.digest, manifest)}.zip`,
  };
}

/** The manifest names its databases by their SHA-256, so that its bytes stand for them too. */
function packageDigest(code: string, manifest: Uint8Array | null): string {
  if (manifest === null) return code;
  return createHash("sha256").update(code).update(manifest).digest("hex");
}
