/** The recorded requests and answers; see corpus/README.md. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseExactJson } from "../../runtime/site/queries/json-values.ts";

export const CORPUS = join(import.meta.dirname, "corpus");

export interface ConformanceRecord {
  id: string;
  category: string;
  profile: string;
  request: { method: string; path: string; headers?: Record<string, string>; body?: string };
  response: {
    status: number;
    headers: Record<string, string>;
    kind: "json" | "ndjson" | "text" | "base64" | "sha256" | "html" | "empty";
    body: unknown;
  };
  compare: "exact" | "facts" | "status" | "error";
  flags?: string[];
}

export interface Profile {
  files?: string[];
  immutable?: string[];
  config?: string;
  metadata?: string;
  settings?: Record<string, string | number | boolean>;
  flags?: string[];
}

/** Integers in bodies are bigint, so that none is rounded. */
export function readRecords(): ConformanceRecord[] {
  const lines = readFileSync(join(CORPUS, "corpus.jsonl"), "utf8").trimEnd().split("\n");
  return lines.map((line) => {
    const record = JSON.parse(line) as ConformanceRecord;
    const exact = parseExactJson(line) as ConformanceRecord;
    return { ...record, response: { ...record.response, body: exact.response.body } };
  });
}

export function readProfiles(): Record<string, Profile> {
  return JSON.parse(readFileSync(join(CORPUS, "profiles.json"), "utf8"));
}

export function readConfig(file: string | undefined): unknown {
  return file === undefined ? {} : JSON.parse(readFileSync(join(CORPUS, "config", file), "utf8"));
}
