/**
 * HTTP with a provider, which may be slow, broken or hostile: a limit to time and bytes, no redirects, and only
 * TLS or this machine, whatever address it names.
 */
import { isSafeAddress } from "../../../core/access/sign-in-provider.ts";

/** Of all that one sign-in asks; a function answers within 29 s. */
export const PROVIDER_MS = 10_000;
/** The keys of the largest issuers have some 10 kB, a hundred organisations of GitHub 100 kB. */
const MOST_BYTES = 512 * 1024;

/** `fetch` until `signal` says stop. What it throws says in one sentence what went wrong. */
export function providerFetch(signal: AbortSignal): typeof fetch {
  return async (input, init) => {
    const address = input instanceof Request ? input.url : String(input);
    if (!isSafeAddress(address)) throw new Error(`${address} is not an https:// address`);
    const { host } = new URL(address);
    try {
      const response = await fetch(address, { ...init, redirect: "manual", signal });
      return new Response(await limited(response, host), response);
    } catch (error) {
      if (signal.aborted) throw new Error(`${host} took too long`, { cause: error });
      if (error instanceof TooLarge) throw error;
      throw new Error(`${host} cannot be reached: ${reasonOf(error)}`, { cause: error });
    }
  };
}

class TooLarge extends Error {}

async function limited(response: Response, host: string): Promise<Uint8Array<ArrayBuffer> | null> {
  if (response.body === null) return null;
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body) {
    bytes += part.length;
    if (bytes > MOST_BYTES)
      throw new TooLarge(`${host} answers with more than ${MOST_BYTES} bytes`);
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

/** fetch wraps it: "fetch failed", because of "getaddrinfo ENOTFOUND host". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== ""
    ? error.cause.message
    : error.message;
}
