import { tildeEncode } from "../core/names.ts";
import { encodeComponent } from "./query-string.ts";

/**
 * Every link of the site. Paths begin with `base_url`; `absolute` puts the scheme and host of the
 * request in front, `lasting` those under which the site is known. On pages of an earlier version all links but those to files lead to that version,
 * too: they have its `_at`.
 */
export class Links {
  /** Begins and ends with a slash. */
  readonly baseUrl: string;
  /** Scheme and host of the request, such as `https://example.com`. */
  readonly origin: string;
  /** Scheme and host that the site is known under, whoever was asked. */
  readonly known: string;
  /** Whether it is known under one of its own. */
  readonly hasAddress: boolean;
  /** The version that links lead to; null for the current one. */
  readonly at: number | null;

  constructor(
    baseUrl: string,
    origin: string,
    at: number | null = null,
    known: string | null = null,
  ) {
    this.baseUrl = baseUrl;
    this.origin = origin;
    this.known = known ?? origin;
    this.hasAddress = known !== null;
    this.at = at;
  }

  /** `path` is a path inside the site, with its leading slash. What it leads to is the same at all times. */
  path(path: string): string {
    return this.baseUrl + path.slice(1);
  }

  /** A page by its path inside the site. */
  page(path: string, queryString = ""): string {
    return this.#inTime(this.path(path), queryString);
  }

  /** `href` is one of this class's links. */
  absolute(href: string): string {
    return this.origin + href;
  }

  /** For what is kept: feeds, cards, citations. `href` is one of this class's links. */
  lasting(href: string): string {
    return this.known + href;
  }

  instance(): string {
    return this.page("/");
  }

  staticFile(path: string): string {
    return `${this.baseUrl}-/static/${path}`;
  }

  database(database: string, queryString = ""): string {
    return this.#inTime(this.#database(database), queryString);
  }

  databaseJson(database: string): string {
    return this.#inTime(`${this.#database(database)}.json`);
  }

  /** The page that runs custom SQL; `extension` is `.json` and the like. */
  customQuery(database: string, queryString = "", extension = ""): string {
    return this.#inTime(`${this.#database(database)}/-/query${extension}`, queryString);
  }

  queryList(database: string): string {
    return this.#inTime(`${this.#database(database)}/-/queries`);
  }

  /** The SQL that made everything in a database. */
  schema(database: string): string {
    return this.#inTime(`${this.#database(database)}/-/schema`);
  }

  dashboard(database: string, dashboard: string): string {
    return this.#inTime(`${this.#database(database)}/-/dashboards/${tildeEncode(dashboard)}`);
  }

  /** The card of the site (null), a database or a table. Another picture has another address. */
  card(database: string | null, table: string | null, id: string): string {
    let place = this.baseUrl.slice(0, -1);
    if (database !== null) {
      place = table === null ? this.#database(database) : this.#table(database, table);
    }
    return this.#inTime(`${place}/-/card.png`, `id=${id.slice(0, 16)}`);
  }

  /** A table, a view or a configured query. */
  table(database: string, table: string, queryString = ""): string {
    return this.#inTime(this.#table(database, table), queryString);
  }

  /** What the columns of a table are like. */
  columns(database: string, table: string, queryString = ""): string {
    return this.#inTime(`${this.#table(database, table)}/-/columns`, queryString);
  }

  /** What changed in a table between two versions; `extension` is `.json` or `.csv`. It leads to no version itself. */
  changes(database: string, table: string, from: number, to: number, extension = ""): string {
    return `${this.#table(database, table)}/-/changes${extension}?from=${from}&to=${to}`;
  }

  /** The feed of what changed in a table. */
  feed(database: string, table: string): string {
    return `${this.#table(database, table)}.atom`;
  }

  /** `rowPath` is the row's encoded primary key. */
  row(database: string, table: string, rowPath: string): string {
    return this.#inTime(`${this.#table(database, table)}/${rowPath}`);
  }

  /** The download of a BLOB. */
  blob(database: string, table: string, rowPath: string, column: string): string {
    const path = `${this.#table(database, table)}/${rowPath}.blob`;
    return this.#inTime(path, `_blob_column=${encodeComponent(column)}`);
  }

  download(database: string): string {
    return this.#inTime(`${this.#database(database)}.db`);
  }

  #database(database: string): string {
    return this.baseUrl + tildeEncode(database);
  }

  #table(database: string, table: string): string {
    return `${this.#database(database)}/${tildeEncode(table)}`;
  }

  /** Arguments that were taken over from a page of that version have its `_at` already. */
  #inTime(path: string, queryString = ""): string {
    const link = withQuery(path, queryString);
    if (this.at === null || /(?:^|&)_at=/.test(queryString)) return link;
    return withMore(link, `_at=${this.at}`);
  }
}

/** `path?query`, or just `path` when the query is empty. */
export function withQuery(path: string, queryString: string): string {
  return queryString === "" ? path : `${path}?${queryString}`;
}

/** Path, and query with its question mark or nothing. */
export function splitQuery(href: string): [path: string, query: string] {
  const at = href.indexOf("?");
  return at < 0 ? [href, ""] : [href.slice(0, at), href.slice(at)];
}

/** `href` with more arguments behind the ones that it has. */
export function withMore(href: string, queryString: string): string {
  return `${href}${href.includes("?") ? "&" : "?"}${queryString}`;
}
