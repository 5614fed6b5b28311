/**
 * Every route, asked by every kind of reader: nothing that is answered, in its header fields or in what is packed
 * in its body, is of a part of the site that the reader may not know of.
 */

import { parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROUTES } from "../../../../runtime/site/routes/routes.ts";
import type { VersionedSite } from "../history/versioned-site.ts";
import { readable } from "../readable.ts";
import { OTHER_PATHS, pathsOf } from "./marked-paths.ts";
import { markedSite, READERS, type Reader } from "./marked-site.ts";

let site: VersionedSite;
beforeAll(async () => {
  site = await markedSite();
});
afterAll(() => site.close());

// A RegExp writes its slashes with a backslash.
const patterns = ROUTES.map(({ path }) => path.source.replaceAll("\\/", "/"));
const PATHS = [...patterns.flatMap((pattern) => pathsOf(pattern) ?? []), ...OTHER_PATHS];

test.each(patterns)("the route %s is asked for", (pattern) => {
  expect(pathsOf(pattern)).toBeDefined();
});

/** Names and values that say which part of the site they are of: `zkvault_rows` of `vault`. */
const MARK = /zk([a-z]+)_\w+/gi;

async function textOf(answer: Response): Promise<string> {
  const isParquet = answer.headers.get("content-type")?.includes("parquet") && answer.ok;
  if (!isParquet) return readable(answer);
  const file = await answer.clone().arrayBuffer();
  const rows = await parquetReadObjects({ file, compressors });
  const values = JSON.stringify(rows, (_key, value) =>
    typeof value === "bigint" ? String(value) : (value as unknown),
  );
  return `${values}\n${await readable(answer)}`;
}

/** What one is told of oneself. */
const isOwn = (path: string) => path.startsWith("/-/actor");

/** The marks that are neither of a part that the reader sees nor in what it asked for. */
function leaks(text: string, path: string, { sees }: Reader): string[] {
  const asked = decodeURIComponent(path.replaceAll("+", " ")).toLowerCase();
  const parts = sees.split(" ");
  return [...text.matchAll(MARK)]
    .filter(([mark, part = ""]) => {
      const isKnown = parts.includes(part.toLowerCase());
      return !isKnown && !asked.includes(mark.toLowerCase());
    })
    .map(([mark]) => mark);
}

describe.each(Object.entries(READERS))("%s", (_name, reader) => {
  test("learns of what it may see, and of nothing else", async () => {
    const found: string[] = [];
    const seen = new Set<string>();
    for (const path of PATHS) {
      const answer = await site.get(path, reader.headers);
      const { status } = answer;
      const text = await textOf(answer);
      const marks = isOwn(path) ? [] : leaks(text, path, reader);
      for (const mark of marks) found.push(`${status} ${path}: ${mark}`);
      if (status >= 500 && status !== 503) found.push(`${status} ${path}`);
      if (answer.headers.get("cache-control") !== "private, no-store") found.push(`kept: ${path}`);
      if (answer.headers.get("etag") !== null) found.push(`etag: ${path}`);
      for (const [, part = ""] of text.matchAll(/zk([a-z]+)_(?:first|ada|value|title|content)/g)) {
        seen.add(part);
      }
    }
    expect(found).toEqual([]);
    const parts = reader.sees.split(" ").filter((part) => part !== "");
    expect(parts.filter((part) => part !== "title" && !seen.has(part))).toEqual([]);
  });
});
