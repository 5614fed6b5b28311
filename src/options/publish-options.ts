/**
 * The options of `publish`: those of `datasette publish cloudrun|heroku|fly|vercel`, with what becomes
 * of each here. From the help texts of Datasette 1.0, datasette-publish-fly and datasette-publish-vercel.
 */
import type { Kind, Option } from "./option.ts";
import { LOCAL, PROFILE, YES } from "./shared-options.ts";
import { UPDATE_OPTIONS } from "./update-options.ts";

export const HOSTS = ["cloudrun", "heroku", "fly", "vercel"] as const;
export type Host = (typeof HOSTS)[number];

const SWITCH: Kind = { type: "switch" };
const TEXT: Kind = { type: "text" };
const TEXTS: Kind = { type: "list" };

/** Meant for the other host's machinery: nothing that a visitor would see. */
const IGNORED: readonly [option: Option, why: string][] = [
  [flag("show-files", "no files are generated"), "no files are generated"],
  [flag("public", "the source at Vercel"), "the function's code is private in any case"],
  [flag("debug", "debug output of the host's tool"), "DSL_DEBUG=1 shows more of errors"],
  [text("org", "<org>", "organisation at the host", "o"), "the AWS account is the credentials'"],
  [text("scope", "<scope>", "team at Vercel"), "the AWS account is the credentials'"],
  [text("token", "<token>", "of Vercel"), "AWS's credentials count, and no token of another host"],
  [text("artifact-repository", "<name>", "at Google"), "there is no container image"],
  [text("artifact-region", "<region>", "at Google"), "there is no container image"],
  [text("artifact-project", "<project>", "at Google"), "there is no container image"],
  [
    text("max-instances", "<number>", "of Cloud Run"),
    "an instance there answers many requests at once, and an environment here one; --reserved-concurrency of update-stack bounds them",
  ],
  [
    text("min-instances", "<number>", "of Cloud Run"),
    "nothing costs anything between visits here, and a cold start takes a fraction of a second",
  ],
  [text("secret", "<secret>", "for signed cookies"), "nobody signs in, so nothing is signed"],
  [text("version-note", "<text>", "for /-/versions"), "/-/versions says which dsl serves"],
  [text("volume-name", "<name>", "at Fly"), "there are no volumes"],
];

/** Visitors would miss something, or another thing would happen than was asked for. */
const REFUSED: readonly [option: Option, why: string, hint: string][] = [
  [
    texts("install", "<package>", "plugins"),
    "there is no Python in the function, so plugins cannot run",
    "leave it out; docs/datasette-publish.md says what there is instead of well-known plugins",
  ],
  [
    text("plugins-dir", "<dir>", "plugins"),
    "there is no Python in the function, so plugins cannot run",
    "leave it out; docs/datasette-publish.md says what there is instead of well-known plugins",
  ],
  [
    texts("plugin-secret", "<plugin>", "secrets of plugins"),
    "there is no Python in the function, so plugins cannot run",
    "leave it out",
  ],
  [
    text("template-dir", "<dir>", "templates of pages"),
    "pages are not made from Jinja templates",
    "--static with a style sheet, and extra_css_urls in the configuration",
  ],
  [
    text("branch", "<branch>", "of Datasette"),
    "what serves the site is dsl and not Datasette",
    "leave it out",
  ],
  [
    flag("spatialite", "SQLite with SpatiaLite"),
    "SpatiaLite is not in the layer",
    "columns latitude and longitude, or GeoJSON, are shown on maps without it",
  ],
  [
    texts("apt-get-install", "<package>", "Debian packages"),
    "there is no container image to install packages in",
    "leave it out",
  ],
  [flag("tar", "for Heroku on Windows"), "there is no archive for Heroku", "leave it out"],
  [
    text("generate-dir", "<dir>", "write files instead of publishing"),
    "nothing is generated for another host",
    "dsl publish … --dry-run, which prints dsl.yaml and what would be done",
  ],
  [
    flag("generate-vercel-json", "print vercel.json"),
    "nothing is generated for another host",
    "dsl publish … --dry-run, which prints dsl.yaml and what would be done",
  ],
  [
    { ...flag("prod", "to production at Vercel"), negated: "not to production" },
    "what is published is what visitors get",
    "another --project for a preview",
  ],
  [text("create-volume", "<GB>", "at Fly"), "databases are read-only here", "leave it out"],
  [texts("create-db", "<name>", "at Fly"), "databases are read-only here", "leave it out"],
];

/** What is understood: of the hosts, and what `update-stack` takes in the same words. */
const UNDERSTOOD: readonly Option[] = [
  text("service", "<name>", "name of the site, as at Cloud Run"),
  text("name", "<name>", "name of the site, as at Heroku", "n"),
  text("app", "<name>", "name of the site, as at Fly", "a"),
  text("project", "<name>", "name of the site, as at Vercel"),
  {
    ...text("memory", "<size>", "memory, such as 512Mi or 2Gi"),
    kind: {
      type: "text",
      pattern: /^\d+(\.\d+)?(Mi|M|Gi|G)$/,
      mustBe: "It must be a size such as 512Mi or 2Gi.",
    },
  },
  {
    ...text("cpu", "<number>", "CPUs; Lambda gives one with each 1,769 MB of memory"),
    kind: { type: "choice", among: [1, 2, 4] },
  },
  {
    ...text("timeout", "<seconds>", "longest request"),
    kind: { type: "number", from: 1, to: 3600 },
  },
  text("extra-options", "<options>", "of datasette serve, such as --setting sql_time_limit_ms 500"),
  {
    ...text("region", "<region>", "AWS region; one of Fly's has no effect"),
    defaultIs: "AWS_REGION or the profile's",
  },
  ...UPDATE_OPTIONS.filter(({ name }) =>
    [
      "metadata",
      "setting",
      "static",
      "crossdb",
      "title",
      "license",
      "license-url",
      "source",
      "source-url",
      "about",
      "about-url",
      "dry-run",
    ].includes(name),
  ),
  LOCAL,
  PROFILE,
  YES,
];

export const PUBLISH_OPTIONS: readonly Option[] = [
  ...UNDERSTOOD,
  ...[...IGNORED, ...REFUSED].map(([option]) => ({ ...option, isHidden: true as const })),
].map((option) => ({ ...option, key: null }));

/** Why an option has no effect, by name. */
export const WITHOUT_EFFECT: ReadonlyMap<string, string> = new Map(
  IGNORED.map(([{ name }, why]) => [name, why]),
);

/** Why an option is refused, and what to do instead, by name. */
export const CANNOT_BE: ReadonlyMap<string, { why: string; hint: string }> = new Map(
  REFUSED.map(([{ name }, why, hint]) => [name, { why, hint }]),
);

/** Datasette writes some of them with an underscore, and one with three values. */
export function dashed(args: readonly string[]): string[] {
  if (args[0] !== "publish") return [...args];
  return args.map((arg) => arg.replace(/^--(license|source|about)_url/, "--$1-url"));
}

function flag(name: string, help: string): Option {
  return { name, help, kind: SWITCH };
}

function text(name: string, value: string, help: string, short?: string): Option {
  return { name, value, help, kind: TEXT, ...(short === undefined ? {} : { short }) };
}

function texts(name: string, value: string, help: string): Option {
  return { name, value, help, kind: TEXTS };
}
