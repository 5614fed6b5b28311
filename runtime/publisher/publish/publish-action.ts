import type { Manifest, Origin } from "../../core/format/manifest.ts";

/** What a publish is going to do, as plain data: made by `plan-publish.ts`, done by `publish.ts`. */
export interface PublishAction {
  action: "none" | "publish";
  /** What will be current afterwards: with `none`, what is current already. */
  manifest: Manifest;
  /** Its bytes, as `manifest.json` will hold (or holds) them. */
  bytes: Uint8Array;
  /** The ETag of the manifest this one replaces; null when there is none. */
  replaces: string | null;
  databases: DatabaseChange[];
  /** True when configuration, metadata, settings, flags, order or the version of dsl differ. */
  siteChanged: boolean;
}

export type DatabaseChange =
  | { change: "new"; name: string; size: number; blocks: number }
  | { change: "unchanged"; name: string; size: number }
  | { change: "removed"; name: string; size: number }
  /** Published by another origin, and left as it is. */
  | { change: "kept"; name: string; size: number; origin: Origin }
  | {
      change: "changed";
      name: string;
      size: number;
      blocks: number;
      /** Blocks that the current version of this database does not have. */
      changedBlocks: number;
    };
