/** Where a mistake stands that was found after dsl.yaml had been read: in what it says of configuration. */
import { isMap, isScalar, isSeq, type Node, type Pair } from "yaml";
import { DslError } from "../../runtime/core/dsl-error.ts";
import type { Project } from "./project.ts";

/** What messages begin with: a path, or the name of a setting. */
const PATHS: readonly [begins: RegExp, path: (rest: string) => string][] = [
  [/^config: ([^:]+)/, (rest) => `config.${rest}`],
  [/^metadata: ([^:]+)/, (rest) => `metadata.${rest}`],
  [/^setting ([\w.]+):/, (rest) => `settings.${rest}`],
  [/^(databases\.[^:]+)/, (rest) => `config.${rest}`],
  [/^(databases\.[^:]+)/, (rest) => `metadata.${rest}`],
  [/^\S+: (rules\[\d+\][\w.]*)/, (rest) => rest],
];

const CODES = ["invalid_config", "unknown_name", "invalid_rules"];

/** The same error, with line and column in front where it is about something in the file. */
export function withPlace(error: unknown, project: Project | null): unknown {
  if (!(error instanceof DslError) || !CODES.includes(error.code)) {
    return error;
  }
  for (const [begins, path] of PATHS) {
    const found = begins.exec(error.message)?.[1];
    const place = found === undefined ? null : (project?.placeOf(path(found)) ?? null);
    if (place === null) continue;
    const { code, hint, exitCode, cause } = error;
    const message = error.message.replace(/^\S+: (?=rules\[)/, "");
    return new DslError(code, `${place}: ${message}`, hint, { exitCode, cause });
  }
  return error;
}

/** The node at a dotted path such as `config.databases.shop` or `rules[0].mode`, as far as it is there. */
export function nodeAt(root: Node | null, path: string): Node | null {
  let found: Node | null = null;
  let at = root;
  let rest = path.replaceAll("[", ".").replaceAll("]", "");
  while (rest !== "" && at !== null) {
    const step: { node: Node; below: Node | null; rest: string } | null = isMap(at)
      ? entryAt(at.items, rest)
      : isSeq(at)
        ? itemAt(at.items as Node[], rest)
        : null;
    if (step === null) break;
    found = step.node;
    at = step.below;
    rest = step.rest;
  }
  return found;
}

/** Names may have points in them: the longest key that the path begins with. */
function entryAt(items: readonly Pair[], path: string) {
  const keys = items.filter(({ key }) => isScalar(key) && begins(path, String(key.value)));
  const pair = keys.toSorted((a, b) => String(b.key).length - String(a.key).length)[0];
  if (pair === undefined) return null;
  const rest = path.slice(String((pair.key as { value: unknown }).value).length + 1);
  return { node: pair.key as Node, below: (pair.value as Node | null) ?? null, rest };
}

function itemAt(items: readonly Node[], path: string) {
  const [position = "", ...rest] = path.split(".");
  const node = items[Number(position)];
  return node === undefined ? null : { node, below: node, rest: rest.join(".") };
}

function begins(path: string, key: string): boolean {
  return path === key || path.startsWith(`${key}.`);
}
