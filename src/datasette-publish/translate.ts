/** `datasette publish HOST …` → what `update-stack` would be told. Pure. */
import { DslError } from "../../runtime/core/dsl-error.ts";
import { type Option, property } from "../options/option.ts";
import {
  CANNOT_BE,
  type Host,
  PUBLISH_OPTIONS,
  WITHOUT_EFFECT,
} from "../options/publish-options.ts";

/** As the command gets them: those of the other hosts, and those of update-stack with the same names. */
export type PublishFlags = Readonly<Record<string, unknown>> & {
  setting: Record<string, string>;
  static: Record<string, string>;
};

export interface Translation {
  site: string;
  /** By the names of update-stack's options. */
  options: Record<string, unknown>;
  /** What has no effect here, a sentence each. */
  notes: string[];
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const MB_PER_CPU = 1769;
const LEAST_MB = 128;
const MOST_MB = 10_240;
/** Options of `datasette serve` that mean the same here. */
const SERVE_SWITCHES = ["cors", "crossdb", "default-deny"];

/** Throws a usage DslError for what cannot be honoured, and where the name is missing. */
export function translate(host: Host, flags: PublishFlags): Translation {
  for (const option of PUBLISH_OPTIONS) requirePossible(option, flags);
  const extra = extraOptions(text(flags.extraOptions));
  const { region, isAwsRegion } = regionOf(text(flags.region));
  const options: Record<string, unknown> = {
    metadata: flags.metadata,
    setting: { ...extra.setting, ...flags.setting },
    static: flags.static,
    crossdb: flags.crossdb,
    ...extra.switches,
    region: isAwsRegion ? region : undefined,
    memory: memoryOf(text(flags.memory), flags.cpu),
    timeout: flags.timeout === undefined ? undefined : Math.min(Number(flags.timeout), 900),
  };
  for (const name of [
    "title",
    "license",
    "licenseUrl",
    "source",
    "sourceUrl",
    "about",
    "aboutUrl",
  ]) {
    options[name] = flags[name];
  }
  const unused = PUBLISH_OPTIONS.flatMap((option) => {
    const why = WITHOUT_EFFECT.get(option.name);
    const isGiven = flags[property(option)] !== undefined;
    return why !== undefined && isGiven ? [`--${option.name} has no effect: ${why}`] : [];
  });
  if (region !== undefined && !isAwsRegion) {
    unused.push(`--region ${region} has no effect: it is no region of AWS`);
  }
  return { site: siteName(host, flags), options: given(options), notes: unused };
}

function requirePossible(option: Option, flags: PublishFlags): void {
  const refusal = CANNOT_BE.get(option.name);
  const value = flags[property(option)];
  // Vercel's --prod is its default; --no-prod is what is asked for.
  if (refusal === undefined || value === undefined || (option.name === "prod" && value === true)) {
    return;
  }
  const typed = value === false ? `--no-${option.name}` : `--${option.name}`;
  throw new DslError("not_possible", `${typed} cannot be honoured: ${refusal.why}`, refusal.hint, {
    exitCode: 2,
  });
}

function siteName(host: Host, { service, name, app, project }: PublishFlags): string {
  const [flag, value] = {
    cloudrun: ["--service", service ?? name],
    heroku: ["--name", name],
    fly: ["--app", app],
    vercel: ["--project", project],
  }[host];
  if (typeof value === "string") return value;
  throw new DslError("usage", `The site has no name`, `dsl publish ${host} ${flag} NAME data.db`, {
    exitCode: 2,
  });
}

/** Megabytes; undefined: as update-stack has it. */
function memoryOf(size: string | undefined, cpu: unknown): number | undefined {
  if (size === undefined) return cpu === undefined ? undefined : Number(cpu) * MB_PER_CPU;
  const [, number = "", unit = ""] = /^([\d.]+)(\w+)$/.exec(size) ?? [];
  const megabytes = Math.ceil(Number(number) * (unit.startsWith("G") ? 1024 : 1));
  return Math.min(MOST_MB, Math.max(LEAST_MB, megabytes));
}

function regionOf(region: string | undefined): {
  region: string | undefined;
  isAwsRegion: boolean;
} {
  return { region, isAwsRegion: region !== undefined && /^[a-z]{2}(-[a-z]+)+-\d$/.test(region) };
}

/** `--extra-options "--setting sql_time_limit_ms 500 --cors"` */
function extraOptions(line = ""): {
  setting: Record<string, string>;
  switches: Record<string, true>;
} {
  const words = line.split(/\s+/).filter((word) => word !== "");
  const setting: Record<string, string> = {};
  const switches: Record<string, true> = {};
  while (words.length > 0) {
    const word = words.shift()!;
    const name = word.replace(/^--/, "");
    if (["--setting", "-s"].includes(word) && words.length >= 2) {
      setting[words.shift()!] = words.shift()!;
    } else if (word.startsWith("--") && SERVE_SWITCHES.includes(name)) {
      switches[name === "default-deny" ? "defaultDeny" : name] = true;
    } else throw cannotTake(word);
  }
  return { setting, switches };
}

function cannotTake(word: string): DslError {
  const known = ["--setting NAME VALUE", ...SERVE_SWITCHES.map((name) => `--${name}`)].join(", ");
  return new DslError(
    "not_possible",
    `--extra-options cannot have ${word} here`,
    `it takes ${known}`,
    {
      exitCode: 2,
    },
  );
}

function given(options: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).filter(
      ([, value]) =>
        value !== undefined && (typeof value !== "object" || Object.keys(value!).length > 0),
    ),
  );
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
