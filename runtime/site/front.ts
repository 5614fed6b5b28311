/** Under which names visitors reach a deployed site, as whoever deployed it says. */
export interface Front {
  /** The site's address for all that lasts: `https://data.example.com`; null: whatever host was asked. */
  origin: string | null;
  /** Hosts whose visitors are sent there. */
  redirects: readonly string[];
}

export const NO_FRONT: Front = { origin: null, redirects: [] };

/** From the variables of the function; what `update-stack` wrote is trusted. */
export function readFront({
  DSL_ORIGIN,
  DSL_REDIRECTS,
}: Record<string, string | undefined>): Front {
  if (!DSL_ORIGIN) return NO_FRONT;
  return { origin: DSL_ORIGIN, redirects: (DSL_REDIRECTS ?? "").split(",").filter(Boolean) };
}

/** Where a request for `origin` is sent instead, path and query kept; null: it is answered there. */
export function movedTo({ origin, redirects }: Front, asked: string, url: string): string | null {
  if (origin === null || redirects.length === 0) return null;
  const { hostname } = new URL(asked);
  return redirects.includes(hostname) ? `${origin}/${url.replace(/^\/+/, "")}` : null;
}
