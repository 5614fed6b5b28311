/**
 * How an option is described. Every option of every command is described once, in the tables of this
 * folder; the command line, the help, completion, dsl.yaml with its schema, the documentation and
 * what the plan says of where a value came from are derived from that.
 */

/** What an option takes. Values from a flag and from dsl.yaml arrive in the same form. */
export type Kind =
  /** true or false. */
  | { type: "switch" }
  /** A whole number, or the word `none` as well. */
  | { type: "number"; from: number; to: number; orNone?: true }
  /** One of these: numbers or words. */
  | { type: "choice"; among: readonly (number | string)[] }
  /** Anything, of a pattern, or what `read` makes of it. */
  | {
      type: "text";
      pattern?: RegExp;
      mustBe?: string;
      read?: (text: string) => unknown;
      /** What `read` made of it, as it could have been typed. */
      write?: (value: unknown) => string;
    }
  /** A file or a folder: relative to where it is written, the current folder or that of dsl.yaml. */
  | { type: "path" }
  /** A file of YAML or JSON; dsl.yaml may have what is in it instead. */
  | { type: "document"; holds: "mapping" | "list" }
  /** Several values: the flag is repeated, the file has a list. */
  | { type: "list"; paths?: true; read?: (text: string) => unknown }
  /** Names with values: the flag is repeated as NAME=VALUE, the file has a mapping. */
  | {
      type: "map";
      divider: "=" | ":";
      /** Where the value begins after the last divider and not after the first. */
      lastDivider?: true;
      /** Whether a name that is given twice is a mistake; otherwise the last one counts. */
      once?: true;
      /** Whether the values are paths. */
      paths?: true;
      /** Whether a value in the file may be anything, also a list or a mapping. */
      anyValue?: true;
      /** Checks one of them, and may write it differently. */
      read?: (name: string, value: string) => readonly [name: string, value: unknown];
      mustBe: string;
    };

export interface Option {
  /** The flag without its dashes, which is also its key in dsl.yaml: `cache-mb`. */
  name: string;
  /** The flag of one letter: `c`. */
  short?: string;
  /** What the help shows after the flag: `<MB>`; absent for a switch. */
  value?: string;
  help: string;
  kind: Kind;
  /** Its key in dsl.yaml where that is another word; null: it is about one run and not in the file. */
  key?: string | null;
  /** What it is when neither flag nor file nor environment say it. */
  default?: unknown;
  /** Where that is not one value: what it is, in words. */
  defaultIs?: string;
  /** The default is that of a new site; one that exists keeps what is deployed. */
  isKept?: true;
  /** The parameter of templates/service.yaml that it becomes. */
  parameter?: string;
  /** An environment variable that counts where neither flag nor file say it; AWS's own are read by its SDK. */
  environment?: string;
  /** Taken, and not shown in the help. */
  isHidden?: true;
  /** The name of one that may not be given at the same time. */
  conflictsWith?: string;
  /** The command cannot do without. */
  isRequired?: true;
  /** The same with `--no-` is shown in the help, with this text; of what is no switch, it is there only then. */
  negated?: string;
}

/** The name under which a command finds the value: `cache-mb` is `cacheMb`. */
export function property({ name }: Option): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** Its key in dsl.yaml; null where it is not in the file. */
export function fileKey({ name, key = name }: Option): string | null {
  return key;
}
