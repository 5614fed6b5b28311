/** The site's own files (`--static MOUNT:DIR`). */

export interface StaticMount {
  /** Where its files are below `base_url`: `assets`, without slashes at its ends. */
  mount: string;
  /** Absolute. */
  directory: string;
}

/** In the function's package: `mounts/<mount>/<path>`. */
export const MOUNTS_FOLDER = "mounts";
