/**
 * The blocks that `_extra` adds to JSON: https://docs.datasette.io/en/latest/json_api.html#expanding-json-responses
 */
import type { PageContext } from "../../pages/context.ts";
import type { PageRequest } from "../../parameters/page-request.ts";

/** A block; `of` is what the page is about. */
export interface Extra<T> {
  description: string;
  value: (context: PageContext, of: T, asked: ReadonlySet<string>) => unknown;
  /** Datasette does not know it, so it is not in the list of all. */
  isOurs?: true;
}

export type Extras<T> = Readonly<Record<string, Extra<T>>>;

/** The blocks that were asked for and exist, in the order in which they are defined. */
export function resolveExtras<T>(
  extras: Extras<T>,
  context: PageContext,
  of: T,
  asked: ReadonlySet<string>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(extras)
      .filter(([name]) => asked.has(name))
      .map(([name, extra]) => [name, extra.value(context, of, asked)]),
  );
}

/** `request`: what was sent. */
export function requestExtra<T>(): Extra<T> {
  return {
    description: "Details of the request: url, path, full_path, host and args",
    value: ({ request }) => {
      const { args, href, links } = request;
      const fullPath = request.withQuery(args.text);
      return {
        url: request.absolute(fullPath),
        path: href,
        full_path: fullPath,
        host: new URL(links.origin).host,
        args: Object.fromEntries([...args.names()].map((name) => [name, args.getAll(name)])),
      };
    },
  };
}

/** `debug`: for development; its content may change. `more` is what else there is to say. */
export function debugExtra<T>(
  more: (context: PageContext, of: T) => Record<string, unknown> = () => ({}),
): Extra<T> {
  return {
    description: "Information for debugging, which may change without notice",
    value: (context, of) => ({
      url_vars: urlVariables(context.request),
      ...more(context, of),
      path: context.request.path,
      version: context.site.version,
      storage: context.site.storage,
    }),
  };
}

/** The variable parts of the path as it was sent, under Datasette's names. */
function urlVariables({ path, format }: PageRequest): Record<string, string> {
  const [last = "", ...before] = path.slice(1).split("/").reverse();
  const parts = [...before.reverse(), last.replace(/\.\w+$/, "")];
  const [database = "", table = "", pks] = parts;
  return {
    database,
    ...(table === "-" ? {} : { table }),
    ...(table === "-" || pks === undefined ? {} : { pks }),
    format,
  };
}

/** `extras`: all blocks that this page has, with links that add or remove each. */
export function extrasExtra<T>(all: () => Extras<T>): Extra<T> {
  return {
    description: "All blocks that this page can have",
    value: ({ request }, _, asked) => {
      const listed = Object.entries(all()).filter(([, { isOurs }]) => !isOurs);
      return listed.map(([name, { description }]) => {
        const selected = asked.has(name);
        const toggled = selected
          ? request.withoutPair(["_extra", name])
          : request.adding(["_extra", name]);
        return { name, description, toggle_url: request.absolute(toggled), selected };
      });
    },
  };
}
