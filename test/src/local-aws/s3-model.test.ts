/** Any sequence of puts, deletes and lists leaves the bucket as a Map would be. */
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import type { RunningLocalAws } from "../../../src/local-aws/local-aws.ts";
import type { Listing, Position } from "../../../src/local-aws/s3/listing.ts";
import type { ObjectVersion } from "../../../src/local-aws/s3/versions.ts";
import { useLocalAws } from "./local-server.ts";

const local = useLocalAws();
let context: RunningLocalAws["context"];
let nextBucket = 0;

beforeAll(() => {
  context = local().context;
});

/** Few and alike, so that they meet; with characters that UTF-8 and UTF-16 order differently. */
const key = fc
  .array(fc.constantFrom("a", "b", "/", "é", "\uffee", "😀"), { minLength: 1, maxLength: 4 })
  .map((characters) => characters.join(""));

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("put" as const), key, body: fc.string() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), key }) },
);

const query = fc.record({
  prefix: fc.oneof(fc.constant(""), key),
  delimiter: fc.constantFrom("", "/", "a"),
  limit: fc.integer({ min: 1, max: 5 }),
});

test("a bucket is a Map, listed in the order of the keys' bytes, whatever the page size", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 25 }),
      query,
      async (steps, { limit, ...query }) => {
        const bucket = newBucket();
        const model = new Map<string, string>();
        for (const step of steps) {
          if (step.do === "put") {
            await context.objects.write(bucket, step.key, Buffer.from(step.body));
            model.set(step.key, step.body);
          } else {
            context.objects.delete(bucket, step.key);
            model.delete(step.key);
          }
        }
        for (const [key, body] of model) {
          expect((await context.objects.read(bucket, key)).toString()).toBe(body);
        }
        const listed = allPages((after) =>
          context.objects.list(bucket, { ...query, limit, after }),
        );
        expect(listed).toEqual(listModel([...model.keys()], query.prefix, query.delimiter));
      },
    ),
    { numRuns: 60 },
  );
});

test("a bucket with versioning keeps everything that was ever put, newest first", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 15 }),
      fc.integer({ min: 1, max: 5 }),
      async (steps, limit) => {
        const bucket = newBucket();
        context.buckets.setVersioning(bucket, "Enabled");
        const model: { key: string; versionId: string }[] = [];
        for (const step of steps) {
          const { versionId } =
            step.do === "put"
              ? await context.objects.write(bucket, step.key, Buffer.from(step.body))
              : context.objects.delete(bucket, step.key);
          model.unshift({ key: step.key, versionId: versionId! });
        }
        const listed = allPages((after) =>
          context.objects.listVersions(bucket, { prefix: "", delimiter: "", limit, after }),
        );
        // The sort is stable, so versions of one key stay in their order.
        const expected = model.toSorted((a, b) => byBytes(a.key, b.key));
        expect(listed).toEqual(expected.map(({ key, versionId }) => `${key} ${versionId}`));
        for (const { key, versionId } of model) context.objects.delete(bucket, key, versionId);
        context.buckets.delete(bucket);
      },
    ),
    { numRuns: 40 },
  );
});

function newBucket(): string {
  nextBucket += 1;
  const name = `model-${nextBucket}`;
  context.buckets.create(name, "us-east-1");
  return name;
}

/** What all pages list: keys with their version where there is one, and common prefixes. */
function allPages(page: (after?: Position) => Listing<ObjectVersion>): string[] {
  const seen: string[] = [];
  let after: Position | undefined;
  do {
    const { entries, commonPrefixes, next } = page(after);
    const names = entries.map(({ key, versionId }) =>
      versionId === "null" ? key : `${key} ${versionId}`,
    );
    seen.push(...[...names, ...commonPrefixes].sort(versionsStay));
    after = next;
  } while (after);
  return seen;
}

/** Entries and common prefixes of one page come apart; versions are in their order already. */
function versionsStay(a: string, b: string): number {
  return a.includes(" ") ? 0 : byBytes(a, b);
}

function listModel(keys: string[], prefix: string, delimiter: string): string[] {
  const names = keys
    .filter((key) => key.startsWith(prefix))
    .map((key) => {
      const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
      return at === -1 ? key : key.slice(0, at + delimiter.length);
    });
  return [...new Set(names)].sort(byBytes);
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
