/** The option `--static MOUNT:DIR`: a directory of files served below a path. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";

export interface StaticMount {
  /** Without slashes at its ends. */
  mount: string;
  /** Absolute. */
  directory: string;
}

/** Parses "MOUNT:DIR" and adds it to the mounts so far. Throws commander's InvalidArgumentError. */
export function staticMount(text: string, previous: StaticMount[] = []): StaticMount[] {
  const divider = text.indexOf(":");
  const mount = text.slice(0, divider).replace(/^\/+|\/+$/g, "");
  const directory = resolve(text.slice(divider + 1));
  if (divider < 1 || mount === "") {
    throw new InvalidArgumentError("It must be of the form MOUNT:DIR, such as assets:public.");
  }
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    throw new InvalidArgumentError(`${directory} is not a directory.`);
  }
  return [...previous, { mount, directory }];
}
