/** The option `--static MOUNT:DIR`: a directory of files served below a path. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { InvalidArgumentError, Option } from "commander";
import type { StaticMount } from "../../runtime/core/format/mounts.ts";

/** Names between slashes, of what needs no encoding in a URL; only `.well-known` begins with a dot. */
const MOUNT = /^(?:\.well-known|[\w~-][\w.~-]*)(?:\/[\w~-][\w.~-]*)*$/;

/** Repeatable; collects the mounts. */
export function staticOption(): Option {
  return new Option(
    "--static <mount:dir>",
    "serve a directory's files below /MOUNT/ (repeatable)",
  ).argParser(parseMount);
}

/** Throws commander's InvalidArgumentError. */
function parseMount(text: string, previous: StaticMount[] = []): StaticMount[] {
  const divider = text.indexOf(":");
  const mount = text.slice(0, Math.max(divider, 0)).replace(/^\/+|\/+$/g, "");
  const folder = text.slice(divider + 1);
  if (divider < 1 || folder === "") {
    throw new InvalidArgumentError("It must be of the form MOUNT:DIR, such as assets:public.");
  }
  if (!MOUNT.test(mount)) {
    throw new InvalidArgumentError(
      `"${mount}" is not a path of letters, digits and _ . ~ - between slashes.`,
    );
  }
  const directory = resolve(folder);
  if (!isDirectory(directory)) throw new InvalidArgumentError(`${directory} is not a directory.`);
  return [...previous, { mount, directory }];
}

/** Whatever is the matter with the path: a loop of links, a name that is too long … */
function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
