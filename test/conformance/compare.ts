/** Whether an answer is the recorded one; the rules are in corpus/README.md. */
import { createHash } from "node:crypto";
import { parseExactJson } from "../../runtime/site/queries/json-values.ts";
import { htmlFacts } from "./html-facts.ts";
import type { ConformanceRecord } from "./records.ts";

export interface Comparison {
  /** What differs, one line each; empty when the answer matches. */
  differences: string[];
  /** HTML facts that were compared and that matched; null for other answers. */
  facts: { matched: number; total: number } | null;
}

/** Headers that an answer must not have unless the reference sends them. */
const UNEXPECTED_HEADERS = [
  "location",
  "link",
  "content-disposition",
  "cache-control",
  "access-control-allow-origin",
];

export async function compareAnswer(
  record: ConformanceRecord,
  answer: Response,
): Promise<Comparison> {
  const bytes = Buffer.from(await answer.arrayBuffer());
  const differences: string[] = [];
  const { response, compare } = record;
  if (compare === "error") {
    if (answer.status < 400) differences.push(`status ${answer.status}, expected an error`);
    return { differences, facts: null };
  }
  if (answer.status !== response.status) {
    differences.push(`status ${answer.status}, expected ${response.status}`);
  }
  compareHeaders(response.headers, answer.headers, differences);
  if (compare === "status" || differences.some((line) => line.startsWith("status"))) {
    return { differences, facts: null };
  }
  if (compare === "facts") return compareFacts(record, bytes.toString(), differences);
  if (record.flags?.includes("reference-bug")) return { differences, facts: null };
  compareBody(record, bytes, differences);
  return { differences, facts: null };
}

function compareHeaders(
  expected: Record<string, string>,
  actual: Headers,
  differences: string[],
): void {
  for (const [name, value] of Object.entries(expected)) {
    const sent = actual.get(name);
    if (sent !== value) differences.push(`header ${name}: ${sent}, expected ${value}`);
  }
  for (const name of UNEXPECTED_HEADERS) {
    const sent = actual.get(name);
    if (sent !== null && !(name in expected))
      differences.push(`unexpected header ${name}: ${sent}`);
  }
}

function compareBody(record: ConformanceRecord, bytes: Buffer, differences: string[]): void {
  const { kind, body } = record.response;
  const text = bytes.toString();
  switch (kind) {
    case "empty":
      if (bytes.length > 0) differences.push(`body of ${bytes.length} bytes, expected none`);
      return;
    case "text":
      if (isInfiniteJson(record)) {
        const actual = normalized(record, parseInfinite(text));
        compareValues("", actual, parseInfinite(String(body)), differences);
        return;
      }
      if (text !== body) differences.push(`text ${quoted(text)}, expected ${quoted(body)}`);
      return;
    case "base64":
      if (bytes.toString("base64") !== body) differences.push("other bytes");
      return;
    case "sha256": {
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      const expected = body as { sha256: string };
      if (sha256 !== expected.sha256)
        differences.push(`file ${sha256}, expected ${expected.sha256}`);
      return;
    }
    case "ndjson":
      compareValues("", text.split("\n").map(parseExactJson), body, differences);
      return;
    default:
      compareJson(record, text, differences);
  }
}

/** JSON with the word Infinity, which no strict parser takes, was recorded as text. */
function isInfiniteJson({ response }: ConformanceRecord): boolean {
  return response.headers["content-type"]?.startsWith("application/json") ?? false;
}

function parseInfinite(text: string): unknown {
  return parseExactJson(text.replace(/([:[,] ?)(-?Infinity)/g, '$1"$2"'));
}

function compareJson(record: ConformanceRecord, text: string, differences: string[]): void {
  let actual: unknown;
  try {
    actual = parseExactJson(text);
  } catch {
    differences.push(`not JSON: ${quoted(text)}`);
    return;
  }
  if (record.flags?.includes("engine-message")) {
    const { error, errors } = actual as { error: unknown; errors: unknown };
    const isRight = typeof error === "string" && error !== "" && Array.isArray(errors);
    if (!isRight || errors.length !== 1 || errors[0] !== error)
      differences.push("no error message");
    return;
  }
  compareValues("", normalized(record, actual), record.response.body, differences);
}

/** What the recording removed or replaced; see "What was normalised" in corpus/README.md. */
function normalized(record: ConformanceRecord, body: unknown): unknown {
  const path = record.request.path.split("?")[0] ?? "";
  const document = withoutKeys(body, ["query_ms"]);
  if (!isObject(document)) return document;
  if ("unstable" in document) document.unstable = true;
  if ("debug" in document) document.debug = true;
  if (path.endsWith("/-/databases.json")) {
    return withoutKeys(document, ["path", "hash"]);
  }
  if (path.endsWith("/.json")) return withoutKeys(document, ["hash"]);
  if (path.endsWith("/-/versions.json")) {
    const known = ["version", "fts_versions", "extensions", "compile_options"];
    const sqlite = document.sqlite as Record<string, unknown> | undefined;
    return {
      ...("ok" in document ? { ok: true } : {}),
      ...(sqlite === undefined ? {} : { sqlite: true }),
      sqlite_keys: known.filter((key) => key in (sqlite ?? {})).sort(),
    };
  }
  if (Array.isArray(document.extras)) {
    document.extras = withoutKeys(document.extras, ["description"]);
  }
  return document;
}

function withoutKeys(value: unknown, keys: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutKeys(item, keys));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !keys.includes(key))
      .map(([key, member]) => [key, withoutKeys(member, keys)]),
  );
}

function compareFacts(
  record: ConformanceRecord,
  markup: string,
  differences: string[],
): Comparison {
  const expected = record.response.body as Record<string, unknown>;
  if (!markup.includes("<body")) {
    return { differences: [...differences, `not a page: ${quoted(markup)}`], facts: null };
  }
  if (!record.category.startsWith("html-")) {
    const text = htmlFacts(markup).error;
    if (expected.error !== undefined && !String(text).includes(String(expected.error))) {
      differences.push(`error ${quoted(text)}, expected ${quoted(expected.error)}`);
    }
    return { differences, facts: null };
  }
  const actual = htmlFacts(markup);
  let matched = 0;
  for (const [name, value] of Object.entries(expected)) {
    const before = differences.length;
    compareValues(name, actual[name], value, differences);
    if (differences.length === before) matched++;
  }
  return { differences, facts: { matched, total: Object.keys(expected).length } };
}

/** Adds at most one line per place. Numbers are compared by value, links without regard to the order of arguments. */
function compareValues(
  path: string,
  actual: unknown,
  expected: unknown,
  differences: string[],
): void {
  if (Array.isArray(expected) && Array.isArray(actual)) {
    if (actual.length !== expected.length) {
      differences.push(
        `${path}: ${actual.length} items, expected ${expected.length}: ${quoted(actual)} / ${quoted(expected)}`,
      );
      return;
    }
    expected.forEach((item, index) => {
      compareValues(`${path}[${index}]`, actual[index], item, differences);
    });
    return;
  }
  if (isObject(expected) && isObject(actual)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      compareValues(`${path}.${key}`, actual[key], expected[key], differences);
    }
    return;
  }
  if (!areEqual(actual, expected)) {
    differences.push(`${path}: ${quoted(actual)}, expected ${quoted(expected)}`);
  }
}

function areEqual(actual: unknown, expected: unknown): boolean {
  if (actual === expected) return true;
  if (isNumber(actual) && isNumber(expected)) {
    // biome-ignore lint/suspicious/noDoubleEquals: compares bigint with number by value
    return actual == expected;
  }
  if (typeof actual === "string" && typeof expected === "string") {
    return sortedArguments(actual) === sortedArguments(expected);
  }
  return false;
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

/** Links compare without regard to the order of their arguments. */
function sortedArguments(text: string): string {
  const question = text.indexOf("?");
  if (question < 0) return text;
  return (
    text.slice(0, question + 1) +
    text
      .slice(question + 1)
      .split("&")
      .sort()
      .join("&")
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function quoted(value: unknown): string {
  const text =
    JSON.stringify(value, (_key, member: unknown) =>
      typeof member === "bigint" ? member.toString() : member,
    ) ?? "undefined";
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
