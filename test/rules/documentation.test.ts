import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { DEFAULT_SETTINGS } from "../../runtime/core/config/settings.ts";
import { buildSiteConfig } from "../../runtime/core/config/site-config.ts";
import { COMMAND_OPTIONS, optionsOf } from "../../src/options/command-options.ts";
import { FILE_OPTIONS, OUTPUT_OPTIONS } from "../../src/options/shared-options.ts";
import { UPDATE_OPTIONS } from "../../src/options/update-options.ts";
import { OWN_KEYS, readProject } from "../../src/project-file/project.ts";
import { ROOT, sourceFiles, textOf } from "./source-files.ts";

const commands = textOf("docs/commands.md");
const configuration = textOf("docs/configuration.md");
const siteFile = textOf("docs/dsl-yaml.md");

const asked = new Map<string, string>();

/** What the command says of itself; asked once each. */
function help(...command: string[]): string {
  const words = command.join(" ");
  const answer = asked.get(words) ?? askHelp(command);
  asked.set(words, answer);
  return answer;
}

function askHelp(command: string[]): string {
  return execFileSync(process.execPath, [join(ROOT, "src/cli.ts"), ...command, "--help"], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
}

/** Names below `Commands:` in a help text; `help` itself aside. */
function subcommands(text: string): string[] {
  const list = text.split("\nCommands:\n")[1]?.split("\n\n")[0] ?? "";
  return [...list.matchAll(/^ {2}([a-z][\w-]*)/gm)]
    .map(([, name = ""]) => name)
    .filter((name) => name !== "help");
}

/** Every command with a handler, as its words. */
function allCommands(): string[][] {
  return subcommands(help()).flatMap((name) => {
    const nested = subcommands(help(name));
    return nested.length > 0 ? nested.map((inner) => [name, inner]) : [[name]];
  });
}

/** What a section says instead of repeating the options of another command. */
const SAME_OPTIONS = "the options of [`update-stack`](#dsl-update-stack)";

/** The part of docs/commands.md about a command; `dsl local start` is in that of `dsl local`. */
function section(command: string[]): string {
  const heading = `## dsl ${command[0]}\n`;
  expect(commands, "docs/commands.md").toContain(heading);
  const text = commands.split(heading)[1]!.split("\n## ")[0]!;
  return text.includes(SAME_OPTIONS) ? text + section(["update-stack"]) : text;
}

describe("Everything that can be typed is documented", () => {
  test("every command has its options in the table", () => {
    expect(allCommands().map((command) => command.join(" "))).toEqual(
      expect.arrayContaining(Object.keys(COMMAND_OPTIONS)),
    );
  });

  test.each(Object.entries(COMMAND_OPTIONS))("every option of dsl %s", (command, options) => {
    // What init takes stands in the file that it writes: it is described where it has its effect.
    const places = command === "init" ? ["init", "update-stack"] : [command];
    const text = places.map((place) => section(place.split(" "))).join("\n");
    expect(options.filter(({ name }) => !text.includes(`--${name}`))).toEqual([]);
  });

  test("every option that many commands have, and every variable that stands for one", () => {
    const all = [...OUTPUT_OPTIONS, ...FILE_OPTIONS];
    expect(all.filter(({ name }) => !commands.includes(`\`--${name}`))).toEqual([]);
    const variables = all.flatMap(({ environment }) => environment ?? []);
    expect(variables.filter((name) => !commands.includes(`\`${name}\``))).toEqual([]);
  });

  test.each(
    [[], ...allCommands()].map((command) => [["dsl", ...command].join(" "), command] as const),
  )(
    "%s --help fits 80 columns, has an example and says where the documentation is",
    (_, command) => {
      const lines = help(...command).split("\n");
      const place = join("docs", "commands.md");
      // Where the package is installed is not in our hands.
      const [documentation = "", ...others] = lines.filter((line) => line.endsWith(place));
      expect(others).toEqual([]);
      expect(existsSync(documentation.replace("Documentation: ", ""))).toBe(true);
      expect(lines.filter((line) => line.length > 80 && line !== documentation)).toEqual([]);
      const examples = lines.slice(lines.indexOf("Examples:") + 1);
      expect(lines).toContain("Examples:");
      expect(examples[0]).toContain(`dsl ${command.join(" ")}`);
    },
  );

  test("no option is documented that does not exist", () => {
    const options = Object.keys(COMMAND_OPTIONS).flatMap((command) => optionsOf(command));
    const real = new Set([
      ...["--help", "--version"],
      ...options.map(({ name }) => `--${name}`),
      ...options
        .filter(({ kind, negated }) => kind.type === "switch" || negated !== undefined)
        .map(({ name }) => `--no-${name}`),
    ]);
    const documented = new Set(`${commands}${siteFile}`.match(/--[a-z][\w-]*/g));
    expect([...documented].filter((option) => !real.has(option))).toEqual([]);
  });

  test("every key of dsl.yaml that is no option, and no other key in its example", () => {
    const keys = [...OWN_KEYS.site, ...OWN_KEYS.root];
    expect(keys.filter((key) => !siteFile.includes(`\`${key}\``))).toEqual([]);
    const renamed = UPDATE_OPTIONS.flatMap(({ key }) => key ?? []);
    expect(renamed.filter((key) => !siteFile.includes(`\`${key}\``))).toEqual([]);
    const [example = ""] = [...siteFile.matchAll(/```yaml\n([^`]*)```/g)].map(([, text]) => text);
    expect(readProject("dsl.yaml", example, ".", "staging").name).toBe("shop-staging");
  });

  test("every setting", () => {
    const missing = Object.keys(DEFAULT_SETTINGS).filter(
      (setting) => !configuration.includes(`\`${setting}\``),
    );
    expect(missing).toEqual([]);
  });

  test("the examples of configuration and metadata are valid", () => {
    const [metadata, config] = [...configuration.matchAll(/```yaml\n([^`]*)```/g)].map(
      ([, text = ""]) => parse(text) as Record<string, unknown>,
    );
    expect(metadata).toHaveProperty("title");
    expect(config).toHaveProperty("settings");
    const flags = { cors: false, crossdb: false, defaultDeny: false };
    const site = buildSiteConfig({ config: config!, metadata: metadata!, settings: {}, flags });
    expect(site.settings.default_page_size).toBe(50);
  });

  test("every environment variable that the commands read", () => {
    const read = new Set(
      sourceFiles("src").flatMap((file) => textOf(file).match(/\bDSL_[A-Z_]+/g) ?? []),
    );
    expect([...read].filter((name) => !commands.includes(`\`${name}\``))).toEqual([]);
  });

  test("every event of --json", () => {
    const events = new Set(
      sourceFiles("src").flatMap((file) =>
        [...textOf(file).matchAll(/\.event\(\s*"([\w-]+)"/g)].map(([, name = ""]) => name),
      ),
    );
    const documented = textOf("docs/json-events.md");
    expect([...events].filter((name) => !documented.includes(`\`${name}\``))).toEqual([]);
  });

  test("every script of package.json that has a name of its own", () => {
    const scripts = Object.keys(JSON.parse(textOf("package.json")).scripts);
    const ours = scripts.filter(
      (name) => !["prepare", "prepack", "postpack", "build"].includes(name),
    );
    const text = `${textOf("README.md")}${textOf("CONTRIBUTING.md")}${textOf("ARCHITECTURE.md")}`;
    expect(
      ours.filter((name) => !text.includes(`npm run ${name}`) && !text.includes(`npm ${name}`)),
    ).toEqual([]);
  });
});
