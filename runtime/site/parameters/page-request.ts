import { type Links, withQuery } from "../links.ts";
import { encodePairs, type Pair } from "../query-string.ts";
import type { RequestHeaders } from "../request.ts";
import { Arguments } from "./arguments.ts";

/** How a page may be answered; taken from the extension of its path. */
export type Format = "html" | "json" | "csv" | "blob" | "md" | FileFormat;

/** Files of all rows. */
export type FileFormat = "xlsx" | "parquet";

/** One request, as the pages see it. */
export class PageRequest {
  readonly method: string;
  /** The whole path as it was sent, still encoded. */
  readonly sentPath: string;
  /** The path inside the site: without `base_url`, but with its slash. */
  readonly path: string;
  readonly args: Arguments;
  readonly format: Format;
  readonly links: Links;
  readonly headers: RequestHeaders;

  constructor(
    method: string,
    sentPath: string,
    path: string,
    args: Arguments,
    format: Format,
    links: Links,
    headers: RequestHeaders,
  ) {
    this.method = method;
    this.sentPath = sentPath;
    this.path = path;
    this.args = args;
    this.format = format;
    this.links = links;
    this.headers = headers;
  }

  /** This page's path, with `base_url`. */
  get href(): string {
    return this.links.path(this.path);
  }

  /** The same request without its place among the pages: a filter that changes starts anew. */
  fromFirstPage(): PageRequest {
    if (!this.args.has("_next")) return this;
    const args = new Arguments(encodePairs(this.args.pairs.filter(([name]) => name !== "_next")));
    const { method, sentPath, path, format, links, headers } = this;
    return new PageRequest(method, sentPath, path, args, format, links, headers);
  }

  /** This page with another query string. */
  withQuery(queryString: string): string {
    return withQuery(this.href, queryString);
  }

  adding(...pairs: Pair[]): string {
    return this.withQuery(this.args.adding(pairs));
  }

  without(...names: string[]): string {
    return this.withQuery(this.args.without(names));
  }

  withoutPair(pair: Pair): string {
    return this.withQuery(this.args.withoutPair(pair));
  }

  replacing(...pairs: Pair[]): string {
    return this.withQuery(this.args.replacing(pairs));
  }

  /**
   * This page in another format: its extension is added to the path, or `_format=` to the query where
   * the path has an extension already. `extra` comes after the present arguments, sorted by name.
   */
  inFormat(format: Format, extra: readonly Pair[] = []): string {
    const hasExtension = this.path.includes(".");
    const added: Pair[] = hasExtension ? [...extra, ["_format", format]] : [...extra];
    added.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    const query = [this.args.text, encodePairs(added)].filter((part) => part !== "").join("&");
    return withQuery(hasExtension ? this.href : `${this.href}.${format}`, query);
  }

  absolute(href: string): string {
    return this.links.absolute(href);
  }
}
