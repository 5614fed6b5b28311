import { tildeEncode } from "../core/names.ts";
import { encodeComponent } from "./query-string.ts";

/**
 * Every link of the site. Paths begin with `base_url`; `absolute` puts the scheme and host of the
 * request in front.
 */
export class Links {
  /** Begins and ends with a slash. */
  readonly baseUrl: string;
  /** Scheme and host of the request, such as `https://example.com`. */
  readonly origin: string;

  constructor(baseUrl: string, origin: string) {
    this.baseUrl = baseUrl;
    this.origin = origin;
  }

  /** `path` is a path inside the site, with its leading slash. */
  path(path: string): string {
    return this.baseUrl + path.slice(1);
  }

  /** `href` is one of this class's links. */
  absolute(href: string): string {
    return this.origin + href;
  }

  instance(): string {
    return this.baseUrl;
  }

  staticFile(path: string): string {
    return `${this.baseUrl}-/static/${path}`;
  }

  database(database: string): string {
    return this.baseUrl + tildeEncode(database);
  }

  /** The page that runs custom SQL. */
  customQuery(database: string, queryString = ""): string {
    return withQuery(`${this.database(database)}/-/query`, queryString);
  }

  queryList(database: string): string {
    return `${this.database(database)}/-/queries`;
  }

  dashboard(database: string, dashboard: string): string {
    return `${this.database(database)}/-/dashboards/${tildeEncode(dashboard)}`;
  }

  /** The card of a place: of the site (""), a database or a table. Another picture has another address. */
  card(place: string, id: string): string {
    return `${place}/-/card.png?id=${id.slice(0, 16)}`;
  }

  /** A table, a view or a configured query. */
  table(database: string, table: string, queryString = ""): string {
    return withQuery(`${this.database(database)}/${tildeEncode(table)}`, queryString);
  }

  /** `rowPath` is the row's encoded primary key. */
  row(database: string, table: string, rowPath: string): string {
    return `${this.table(database, table)}/${rowPath}`;
  }

  /** The download of a BLOB. */
  blob(database: string, table: string, rowPath: string, column: string): string {
    return `${this.row(database, table, rowPath)}.blob?_blob_column=${encodeComponent(column)}`;
  }

  download(database: string): string {
    return `${this.database(database)}.db`;
  }
}

/** `path?query`, or just `path` when the query is empty. */
export function withQuery(path: string, queryString: string): string {
  return queryString === "" ? path : `${path}?${queryString}`;
}

/** `href` with more arguments behind the ones that it has. */
export function withMore(href: string, queryString: string): string {
  return `${href}${href.includes("?") ? "&" : "?"}${queryString}`;
}
