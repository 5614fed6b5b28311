/** What becomes of the stack that takes events. Pure. */
import { DslError } from "../../runtime/core/dsl-error.ts";
import {
  type Collection,
  isReserved,
  parseRotation,
} from "../../runtime/core/format/collection.ts";
import { lakeDatabase } from "../lake-database.ts";
import type { UpdateOptions } from "./inputs.ts";
import type { Parameters } from "./plan.ts";

/** Seconds between two versions: some 4,000 a day, each of which costs as much as a visit. */
const INITIAL_WINDOW = 20;

/** The collector's own parameters, all of them known. */
export interface CollectSettings {
  Site: string;
  Database: string;
  Public: string;
  Cors: string;
  WindowSeconds: string;
  Contracts: string;
  /** Of the catalog; empty for no lake. */
  LakeDatabase: string;
  Rotate: string;
  /** "false" while what waits is loaded and nothing more is taken. */
  Open: "true" | "false";
}

/**
 * What was asked for, else what is deployed (`current`, null for no collector). Null for a site that takes
 * no events. Throws a DslError for options of a collector that there is not.
 */
export function collectSettings(
  { stackName, collect, site }: UpdateOptions,
  current: Record<string, string> | null,
): CollectSettings | null {
  if (collect === false) return null;
  const database = collect?.database ?? current?.Database;
  if (database === undefined) {
    if (collect === undefined) return null;
    throw new DslError(
      "no_collector",
      `${stackName} takes no events, so there is nothing to be said of how`,
      "add --collect with the name of a database",
      { exitCode: 2 },
    );
  }
  const { isPublic, windowSeconds, contracts, rotation, lake } = collect ?? {};
  return {
    Site: stackName,
    Database: database,
    Public: String(isPublic ?? current?.Public === "true"),
    Cors: String(site.flags.cors),
    WindowSeconds: String(windowSeconds ?? current?.WindowSeconds ?? INITIAL_WINDOW),
    Contracts: contracts?.join(" ") ?? current?.Contracts ?? "",
    LakeDatabase:
      lake === undefined ? (current?.LakeDatabase ?? "") : lake ? lakeDatabase(stackName) : "",
    Rotate: rotation ?? current?.Rotate ?? "never",
    Open: "true",
  };
}

/** All parameters of templates/collect.yaml: its functions are in the package of the service. */
export function collectParameters(
  service: Parameters,
  settings: CollectSettings,
  apiId: string | null,
): Parameters {
  const { BucketName, CodeKey, LayerKey, LayerArn, Architecture, LogRetentionDays } = service;
  const { PermissionsBoundary, OriginKeys, EdgeOnly } = service;
  const code = { BucketName, CodeKey, LayerKey, LayerArn, Architecture };
  const shared = { ...code, LogRetentionDays, PermissionsBoundary, OriginKeys, EdgeOnly };
  return { ...(shared as Parameters), ApiId: apiId, ...settings };
}

/** Where the events go, as the manifest says it. */
export function collectionOf(settings: CollectSettings | null): Collection | undefined {
  if (settings === null) return undefined;
  return { database: settings.Database, rotation: parseRotation(settings.Rotate) };
}

/** The loader would never get its names. `isNew`: no events go there yet. Throws a DslError. */
export function checkEventDatabase(
  collection: Collection,
  isNew: boolean,
  typed: readonly { name: string; source: string }[],
  published: readonly { name: string; origin: string }[],
): void {
  const mine = typed.find(({ name }) => isReserved(collection, name));
  // One that was typed before and is not now goes with this version.
  const theirs = published.find(
    ({ name, origin }) => !["collect", "typed"].includes(origin) && isReserved(collection, name),
  );
  const other = mine ?? theirs;
  if (other === undefined) return;
  const whose = theirs === undefined ? "one of the databases that are published" : theirs.origin;
  throw new DslError(
    "name_taken",
    mine !== undefined && !isNew
      ? `${mine.source} cannot be published as ${mine.name}: the site's events go there`
      : `Events cannot go into ${other.name}, which is there already (${whose})`,
    mine === undefined
      ? "--collect with another name"
      : `--alias ${mine.name}-2=${mine.source}, or --collect with another name`,
    { exitCode: 2 },
  );
}

/** `current` is what is deployed, null for no collector. */
export function collectNotes(
  settings: CollectSettings | null,
  current: Record<string, string> | null,
): string[] {
  const notes: string[] = [];
  if (settings?.Public === "true") {
    notes.push("Events are taken from everybody who knows the site's address");
  }
  const lake = current?.LakeDatabase;
  if (lake && settings !== null && settings.LakeDatabase === "") {
    notes.push(
      `The lake ends: the Glue database ${lake} goes with its tables, the Parquet files stay below lake/ in the bucket`,
    );
  }
  return notes;
}
