import type { Parameters } from "./plan.ts";

/**
 * A zip that no stack refers to may be collected when it is a day old; one that is younger than this
 * will be referred to in time.
 */
const REUSE_MS = 12 * 60 * 60 * 1000;

/** A zip in the bucket that the service stack is going to refer to and that has to be sent first. */
export interface PackageUpload {
  kind: "code" | "layer";
  key: string;
  /** The stack refers to it already: somebody removed it from the bucket. */
  lost: boolean;
}

/**
 * What must be sent before the service stack has these parameters. `current` are those that it has
 * now; `stored` says when each zip in the bucket was written.
 */
export function packageUploads(
  { CodeKey, LayerKey }: Parameters,
  current: Record<string, string>,
  stored: ReadonlyMap<string, Date>,
  now: Date,
): PackageUpload[] {
  const wanted = [
    { kind: "code", key: CodeKey, lost: CodeKey === current.CodeKey },
    { kind: "layer", key: LayerKey, lost: LayerKey === current.LayerKey },
  ] as const;
  return wanted.flatMap(({ kind, key, lost }) => {
    if (!key) return [];
    const written = stored.get(key);
    // What the stack refers to is never collected; anything else may be, once it is old.
    const isKept = written !== undefined && (lost || now.getTime() - written.getTime() < REUSE_MS);
    return isKept ? [] : [{ kind, key, lost }];
  });
}

/** What the user should hear of them: only losses. */
export function lostPackagesNote(uploads: PackageUpload[]): string | null {
  const lost = uploads.filter(({ lost }) => lost).map(({ kind }) => NAMES[kind]);
  if (lost.length === 0) return null;
  return `The bucket has lost ${lost.join(" and ")}: uploading again`;
}

const NAMES = { code: "the function's code", layer: "the function's layer" };
