/**
 * Every route, asked by every kind of reader: nothing that is answered, in its header fields or in what is packed
 * in its body, is of a part of the site that the reader may not know of.
 */

import { parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { beforeAll, expect, test } from "vitest";
import { ROUTES } from "../../../../runtime/site/routes/routes.ts";
import { readable } from "../readable.ts";
import { OTHER_PATHS, pathsOf } from "./marked-paths.ts";
import { markedSite, READERS, type Reader } from "./marked-site.ts";

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

/** What is wrong with the answers to one reader, and which parts it saw values of. */
interface Found {
  problems: string[];
  seen: Set<string>;
}

const found = new Map<string, Found>(
  Object.keys(READERS).map((name) => [name, { problems: [], seen: new Set() }]),
);

beforeAll(async () => {
  const site = await markedSite();
  // The same path by one after the other, from both ends: what is kept of one answer must not be in the next.
  const isGuess = ([name]: [string, Reader]) => name === "a wrong password";
  const readers = Object.entries(READERS).filter((reader) => !isGuess(reader));
  for (const [at, path] of PATHS.entries()) {
    for (const [name, reader] of at % 2 === 0 ? readers : readers.toReversed()) {
      await look(found.get(name)!, path, reader, await site.get(path, reader.headers));
    }
  }
  // After ten guesses the right password is not heard any more from this address, so these come last.
  for (const [name, reader] of Object.entries(READERS).filter(isGuess)) {
    for (const path of PATHS) {
      await look(found.get(name)!, path, reader, await site.get(path, reader.headers));
    }
  }
  await site.close();
});

async function look(
  { problems, seen }: Found,
  path: string,
  reader: Reader,
  answer: Response,
): Promise<void> {
  const { status, headers } = answer;
  const text = await textOf(answer);
  const marks = isOwn(path) ? [] : leaks(text, path, reader);
  for (const mark of marks) problems.push(`${status} ${path}: ${mark}`);
  if (status >= 500) problems.push(`${status} ${path}`);
  if (headers.get("cache-control") !== "private, no-store") problems.push(`kept: ${path}`);
  if (headers.get("etag") !== null) problems.push(`with an ETag: ${path}`);
  for (const [, part = ""] of text.matchAll(/zk([a-z]+)_(?:first|ada|value|title|content)/g)) {
    seen.add(part);
  }
}

test.each(Object.entries(READERS))("%s learns of nothing else", (name) => {
  expect(found.get(name)!.problems).toEqual([]);
});

test.each(Object.entries(READERS))("%s sees all that it may", (name, { sees }) => {
  const { seen } = found.get(name)!;
  const parts = sees.split(" ").filter((part) => part !== "" && part !== "title");
  expect(parts.filter((part) => !seen.has(part))).toEqual([]);
});
