import { isDeepStrictEqual } from "node:util";
import type { Manifest } from "../../runtime/core/format/manifest.ts";

/** A part of a site besides its databases that is another than before. */
export interface SiteChange {
  /** In the user's words: "the configuration", "the static files below /assets/". */
  part: string;
  change: "new" | "changed" | "removed";
}

/** What becomes of configuration, metadata, settings and switches; nothing for a first version. */
export function siteChanges(before: Manifest | null, after: Manifest): SiteChange[] {
  if (before === null) return [];
  const changes = [
    ...content("the configuration", before.config, after.config),
    ...content("the metadata", before.metadata, after.metadata),
    ...content("the rules for data files", before.loadRules ?? [], after.loadRules ?? []),
    ...content("which versions are kept", before.keep ?? {}, after.keep ?? {}),
    ...settingChanges(before.settings, after.settings),
    ...switches(before.flags, after.flags),
    ...(isReordered(before, after)
      ? [{ part: "the order of the databases", change: "changed" as const }]
      : []),
    ...(before.software === after.software
      ? []
      : [{ part: `dsl ${before.software}, now ${after.software},`, change: "changed" as const }]),
  ];
  return changes.length > 0 ? changes : cardChanges(before, after);
}

/** Cards follow from everything else; only a logo can change them alone. */
function cardChanges(before: Manifest, after: Manifest): SiteChange[] {
  const isSame =
    before.card === after.card &&
    after.databases.every(({ name, sha256, cards = [] }) => {
      const old = before.databases.find((each) => each.name === name && each.sha256 === sha256);
      return old === undefined || isDeepStrictEqual(old.cards ?? [], cards);
    });
  return isSame ? [] : [{ part: "the cards of shared links", change: "changed" }];
}

/** The site's own files: `before` and `after` are mounts, joined by commas as in the stack. */
export function mountChanges(before: string, after: string): SiteChange[] {
  const [old, now] = [mountsIn(before), mountsIn(after)];
  const part = (mount: string) => `the static files below /${mount}/`;
  return [
    ...now.filter((m) => !old.includes(m)).map((m) => ({ part: part(m), change: "new" as const })),
    ...old
      .filter((m) => !now.includes(m))
      .map((m) => ({ part: part(m), change: "removed" as const })),
  ];
}

function isReordered(before: Manifest, after: Manifest): boolean {
  const [old, now] = [before, after].map(({ databases }) => databases.map(({ name }) => name));
  return !isDeepStrictEqual(old, now) && isDeepStrictEqual(old!.toSorted(), now!.toSorted());
}

function mountsIn(text: string): string[] {
  return text.split(",").filter((mount) => mount !== "");
}

function content(part: string, before: object, after: object): SiteChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (Object.keys(after).length === 0) return [{ part, change: "removed" }];
  return [{ part, change: Object.keys(before).length === 0 ? "new" : "changed" }];
}

/** A setting that is no longer given has its default again: nothing is lost by that. */
function settingChanges(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): SiteChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .filter((name) => before[name] !== after[name])
    .map((name) => {
      const [old, now] = [before[name] ?? "its default", after[name] ?? "its default"];
      return { part: `the setting ${name} (${old} → ${now})`, change: "changed" };
    });
}

/** Switches have no content: off is as good as removed, and nothing is lost by it. */
function switches(before: Manifest["flags"], after: Manifest["flags"]): SiteChange[] {
  const names = {
    cors: "--cors",
    crossdb: "--crossdb",
    defaultDeny: "--default-deny",
    password: "signing in",
  } as const;
  return (Object.keys(names) as (keyof typeof names)[])
    .filter((name) => before[name] !== after[name])
    .map((name) => ({
      part: `${names[name]} (${after[name] ? "off → on" : "on → off"})`,
      change: "changed",
    }));
}
