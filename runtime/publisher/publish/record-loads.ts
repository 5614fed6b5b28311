/**
 * Loads that published nothing, written down in the current version. The data is the same, so the version
 * is: a file that fails again and again must not push older versions out of the history.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { DslError } from "../../core/dsl-error.ts";
import { MANIFEST_KEY } from "../../core/format/manifest.ts";
import type { ObjectStore } from "../../core/store/object-store.ts";
import { encodeManifest } from "./manifest-build.ts";
import { publishManifest } from "./publish-manifest.ts";
import { decodeManifest } from "./published.ts";
import { addLoads, type NewLoad } from "./recent-loads.ts";

/** Each time somebody else has published. */
const ATTEMPTS = 50;
const PAUSE_MS = 100;

/**
 * Does nothing where nothing is published, or they are listed already. Throws a DslError
 * (`publish_conflict`) when others published again and again.
 */
export async function recordLoads(store: ObjectStore, loads: readonly NewLoad[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const stored = await store.get(MANIFEST_KEY);
    if (stored === null) return;
    const current = decodeManifest(store, MANIFEST_KEY, stored.body);
    const listed = addLoads(current.loads, loads, current.version);
    const manifest = { ...current, loads: listed };
    const bytes = encodeManifest(manifest);
    if (bytes.equals(encodeManifest(current))) return;
    try {
      await publishManifest(store, {
        action: "publish",
        manifest,
        bytes,
        replaces: stored.etag,
        databases: [],
        siteChanged: false,
      });
      return;
    } catch (error) {
      const isConflict = error instanceof DslError && error.code === "publish_conflict";
      if (!isConflict || attempt === ATTEMPTS) throw error;
      await sleep(Math.random() * PAUSE_MS);
    }
  }
}
