/**
 * A Node of Lambda's major version for a CPU: this process's own, or one from the npm registry, under
 * user-mode emulation when the CPU is not this machine's.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { cacheFolder } from "../src/paths.ts";

/** nodejs24.x */
const MAJOR = 24;

type Cpu = "x64" | "arm64";

export interface LambdaNode {
  /** Command line to which a script's path is added. */
  command: string[];
  emulated: boolean;
}

/** Why there is no such Node here, and what would change that. */
export interface NoNode {
  reason: string;
  hint: string;
}

/** Debian's qemu-user-static and the libraries of its cross compilers. */
const EMULATION: Record<Cpu, { qemu: string[]; libraries: string; packages: string }> = {
  arm64: {
    qemu: ["qemu-aarch64-static", "qemu-aarch64"],
    libraries: "/usr/aarch64-linux-gnu",
    packages: "qemu-user-static and libstdc++6-arm64-cross",
  },
  x64: {
    qemu: ["qemu-x86_64-static", "qemu-x86_64"],
    libraries: "/usr/x86_64-linux-gnu",
    packages: "qemu-user-static and libstdc++6-amd64-cross",
  },
};

/** Finds or downloads it. Downloads are kept in the user's cache. */
export async function lambdaNode(cpu: Cpu): Promise<LambdaNode | NoNode> {
  if (process.platform !== "linux") {
    return { reason: `Linux programs do not run on ${process.platform}`, hint: "run it on Linux" };
  }
  const isOwn = cpu === process.arch;
  if (isOwn && process.versions.node.startsWith(`${MAJOR}.`)) {
    return { command: [process.execPath], emulated: false };
  }
  const emulator = isOwn ? [] : await findEmulator(cpu);
  if (!Array.isArray(emulator)) return emulator;
  const node = await downloadedNode(cpu);
  if (typeof node !== "string") return node;
  return { command: [...emulator, node], emulated: !isOwn };
}

async function findEmulator(cpu: Cpu): Promise<string[] | NoNode> {
  const { qemu, libraries, packages } = EMULATION[cpu];
  const hint = `install ${packages} (Debian, Ubuntu)`;
  for (const command of qemu) {
    if ((await execa(command, ["--version"], { reject: false })).failed) continue;
    if (existsSync(join(libraries, "lib/libstdc++.so.6"))) return [command, "-L", libraries];
    return { reason: `there is no C++ library for ${cpu} in ${libraries}`, hint };
  }
  return { reason: `${qemu[0]} is not installed`, hint };
}

async function downloadedNode(cpu: Cpu): Promise<string | NoNode> {
  const folder = cacheFolder("node", `linux-${cpu}`);
  const name = `node-linux-${cpu}`;
  const node = join(folder, "node_modules", name, "bin/node");
  if (existsSync(node)) return node;
  // --force: npm refuses packages for another CPU otherwise.
  const flags = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--force"];
  const install = ["install", "--prefix", folder, ...flags, `${name}@${MAJOR}`];
  const { failed, stderr } = await execa("npm", install, { reject: false, cwd: folder });
  if (!failed && existsSync(node)) return node;
  const said = stderr.split("\n").find((line) => line.startsWith("npm error")) ?? "npm is missing";
  return {
    reason: `npm could not fetch ${name}@${MAJOR} (${said})`,
    hint: "check the network and npm's registry setting: npm ping",
  };
}
