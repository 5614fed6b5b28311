/** Whether a layer's zip is what Lambda needs: where things are, for which CPU, and how new. */
import { unzipSync } from "fflate";
import { DslError } from "../runtime/core/dsl-error.ts";
import { readElf } from "./elf.ts";

/**
 * What Amazon Linux 2023, the system of nodejs24.x, has: glibc 2.34 and the libstdc++ of GCC 11.
 * https://docs.aws.amazon.com/linux/al2023/ug/compare-with-al2.html
 */
const NEWEST = new Map([
  ["GLIBC", "2.34"],
  ["GLIBCXX", "3.4.29"],
  ["CXXABI", "1.3.13"],
]);

const MODULES = "nodejs/node_modules";

/** Files without which nothing works; the SQLite binary's name has the CPU. */
function requiredFiles(cpu: "x64" | "arm64"): string[] {
  return [
    `${MODULES}/better-sqlite3/package.json`,
    `${MODULES}/better-sqlite3/LICENSE`,
    `${MODULES}/better-sqlite3/lib/index.js`,
    `${MODULES}/better-sqlite3/prebuilds/linux-${cpu}.node`,
    `${MODULES}/dsl-guard/package.json`,
    `${MODULES}/dsl-guard/guard.so`,
  ];
}

export interface LayerFacts {
  files: number;
  /** Highest that the binaries need, such as "2.34". */
  glibc: string;
}

/** Looks at the bytes of a layer's zip. Throws DslError `bad_layer`. */
export function verifyLayer(zip: Buffer, cpu: "x64" | "arm64"): LayerFacts {
  const files = unzipSync(zip);
  const names = Object.keys(files);
  for (const name of requiredFiles(cpu)) {
    if (!names.includes(name)) throw badLayer(`${name} is missing`);
  }
  const outside = names.find((name) => !name.startsWith(`${MODULES}/`));
  if (outside !== undefined) throw badLayer(`${outside} would not be found below /opt`);
  const needs = names
    .filter((name) => /\.(so|node)$/.test(name))
    .flatMap((name) => binaryNeeds(name, Buffer.from(files[name] as Uint8Array), cpu));
  return { files: names.length, glibc: newest(needs, "GLIBC") };
}

function binaryNeeds(name: string, content: Buffer, cpu: "x64" | "arm64"): string[] {
  const elf = readElf(content);
  if (elf === null) throw badLayer(`${name} is not a Linux binary`);
  if (elf.cpu !== cpu) throw badLayer(`${name} is for ${elf.cpu ?? "another CPU"}, not ${cpu}`);
  if (newest(elf.needs, "GLIBC") === "0") {
    throw badLayer(`${name} was made for another C library than glibc`);
  }
  for (const [library, available] of NEWEST) {
    const needed = newest(elf.needs, library);
    if (compareVersions(needed, available) > 0) {
      throw badLayer(`${name} needs ${library} ${needed}; Lambda has ${available}`);
    }
  }
  return elf.needs;
}

/** "2.34" for GLIBC in [GLIBC_2.17, GLIBC_2.34]; "0" when there is none. */
function newest(needs: string[], library: string): string {
  const versions = needs
    .filter((need) => need.startsWith(`${library}_`))
    .map((need) => need.slice(library.length + 1));
  return versions.sort(compareVersions).at(-1) ?? "0";
}

function compareVersions(one: string, other: string): number {
  return one.localeCompare(other, "en", { numeric: true });
}

function badLayer(what: string): DslError {
  return new DslError(
    "bad_layer",
    `The layer does not fit Lambda: ${what}`,
    "npm run build, then dsl build-layer again; CC chooses another compiler",
  );
}
