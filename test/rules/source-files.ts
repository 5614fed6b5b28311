import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The TypeScript files below `folder` of the project, as paths relative to its root, sorted. */
export function sourceFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name))
    .sort();
}

export function textOf(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}

/** The project's own files that `file` imports; `import type` counts only with `types: true`. */
export function importsOf(file: string, { types }: { types: boolean }): string[] {
  const found: string[] = [];
  const statement =
    /^\s*(?:import|export)\s+(type\s)?[^;'"]*?from\s+["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm;
  for (const [, typeOnly, from, dynamic] of textOf(file).matchAll(statement)) {
    const target = from ?? dynamic ?? "";
    if (target.startsWith(".") && (types || !typeOnly))
      found.push(relative(ROOT, resolve(ROOT, dirname(file), target)));
  }
  return found;
}
