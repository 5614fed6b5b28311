/** What a site is about, as options of `update-stack`. */
import { type Option, property } from "./option.ts";

/** Of the site, as in its metadata. */
export interface AboutFlags {
  title?: string;
  license?: string;
  licenseUrl?: string;
  source?: string;
  sourceUrl?: string;
  about?: string;
  aboutUrl?: string;
}

/** What `datasette publish` takes besides a metadata file; each replaces what that says. */
export const ABOUT_OPTIONS: readonly Option[] = [
  aboutOption("title", "title of the site"),
  aboutOption("license", "name of the licence of the data"),
  aboutOption("license-url", "where the licence can be read"),
  aboutOption("source", "where the data come from"),
  aboutOption("source-url", "where that can be looked up"),
  aboutOption("about", "what the data are about"),
  aboutOption("about-url", "where to read more"),
];

function aboutOption(name: string, help: string): Option {
  const value = name.endsWith("-url") ? "<url>" : "<text>";
  return { name, value, help, kind: { type: "text" } };
}

/** The metadata among the options, with Datasette's names. */
export function aboutOf(flags: AboutFlags): Record<string, string> {
  const values = flags as unknown as Record<string, string | undefined>;
  const about: Record<string, string> = {};
  for (const option of ABOUT_OPTIONS) {
    const value = values[property(option)];
    if (value !== undefined) about[option.name.replace("-", "_")] = value;
  }
  return about;
}
