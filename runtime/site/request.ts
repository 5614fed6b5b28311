/** Header fields of a request; names in any case. Web `Headers` are such, too. */
export interface RequestHeaders {
  /** null for a field that was not sent; several of a name are joined with a comma. */
  get(name: string): string | null;
}

/** What the app needs of a request. */
export interface SiteRequest {
  /** `GET` */
  method: string;
  /** Path and query as they were sent, still encoded: `/shop/orders?_size=3`. */
  url: string;
  headers: RequestHeaders;
  /** Whether it came over TLS, as far as the server itself knows. */
  isSecure: boolean;
  /** The sender's IP address; absent where it is not known. */
  address?: string;
  /** For so long a cache that stands before all visitors may keep the answer; absent: there is none that is known. */
  sharedSeconds?: number;
  /** The body, for the one form that is sent: null when it has more bytes than `limit`. */
  body?: (limit: number) => Promise<Buffer | null>;
  /**
   * Called between the steps of an answer that takes long: whoever waits learns that it goes on. Left out
   * where nobody wants to know.
   * @throws HttpError where there is no time left for it
   */
  step?: (() => void) | undefined;
}
