/** What the server of `dsl serve` and its processes say to each other; `id` is that of the request. */
import type { IncomingHttpHeaders } from "node:http";
import type { Answer } from "../../runtime/site/http/answer.ts";
import type { SiteRequest } from "../../runtime/site/request.ts";
import type { SiteToOpen } from "./open-site.ts";

export interface PlainRequest extends Omit<SiteRequest, "headers" | "step"> {
  fields: IncomingHttpHeaders;
}

export type ToProcess =
  | { open: SiteToOpen }
  | { id: number; request: PlainRequest }
  /** The next part of a body that is sent bit by bit, or no more of it. */
  | { id: number; next: true }
  | { id: number; enough: true };

export type FromProcess =
  | { ready: true }
  /** Its answer takes long, and goes on. */
  | { id: number; goesOn: true }
  | {
      id: number;
      answer: Pick<Answer, "status" | "headers">;
      /** undefined: it comes in parts, as they are asked for. */
      body: string | Uint8Array | null | undefined;
    }
  /** null ends the body. */
  | { id: number; part: string | Uint8Array | null }
  | { id: number; error: string };
