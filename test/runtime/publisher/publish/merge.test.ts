import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type ManifestDatabase,
  ORIGINS,
  type Origin,
} from "../../../../runtime/core/format/manifest.ts";
import { manifestEntry } from "../../../../runtime/publisher/publish/manifest-build.ts";
import {
  replaceOrigin,
  replaceSome,
  withoutDatabases,
} from "../../../../runtime/publisher/publish/merge.ts";
import { database } from "../../../src/plan/examples.ts";

const NOW = new Date("2026-11-21T12:00:00Z");

function entry(name: string, origin: Origin, content = "a"): ManifestDatabase {
  return manifestEntry(database(name, content), origin, undefined, NOW);
}

test("what is typed replaces what was typed, and keeps what others published, behind it", () => {
  const current = [entry("old", "typed"), entry("sales", "inbox"), entry("shop", "typed")];
  const merged = replaceOrigin(
    current,
    "typed",
    [database("shop", "b"), database("new", "c")],
    NOW,
  );
  expect(namesOf(merged)).toEqual(["shop", "new", "sales"]);
  expect(merged[2]).toBe(current[1]);
});

test("a part is replaced where it is, what is new comes last", () => {
  const current = [entry("shop", "typed"), entry("sales", "inbox"), entry("more", "inbox")];
  const merged = replaceSome(current, "inbox", [database("new", "c"), database("sales", "b")], NOW);
  expect(namesOf(merged)).toEqual(["shop", "sales", "more", "new"]);
  expect(merged[1]?.sha256).toBe(database("sales", "b").sha256);
});

test("two origins never share a name, and the refusal says whose it is", () => {
  const current = [entry("sales", "inbox")];
  expect(() => replaceOrigin(current, "typed", [database("sales", "b")], NOW)).toThrow(
    "The database sales comes from the inbox, so it cannot be replaced by one that was published by dsl update-stack",
  );
  expect(() =>
    replaceSome([entry("shop", "typed")], "follow", [database("shop", "b")], NOW),
  ).toThrow(
    "The database shop was published by dsl update-stack, so it cannot be replaced by one that comes from a followed database",
  );
});

test("a database is taken away, whoever published it; one that is not there is named", () => {
  const current = [entry("shop", "typed"), entry("sales", "inbox")];
  expect(namesOf(withoutDatabases(current, ["sales"]))).toEqual(["shop"]);
  expect(() => withoutDatabases(current, ["Sales"])).toThrow(
    "There is no database Sales on the site; it has: shop, sales",
  );
});

test("whatever is published in whatever order, nobody changes what is not theirs", () => {
  const databases = fc.uniqueArray(
    fc.record({
      name: fc.constantFrom("a", "b", "c", "d", "e"),
      content: fc.constantFrom("x", "y"),
    }),
    { selector: ({ name }) => name },
  );
  const step = fc.record({ origin: fc.constantFrom(...ORIGINS), whole: fc.boolean(), databases });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let current: ManifestDatabase[] = [];
      for (const { origin, whole, databases } of steps) {
        const found = databases.map(({ name, content }) => database(name, content));
        const foreign = current.filter((each) => each.origin !== origin);
        const isTaken = found.some(({ name }) => namesOf(foreign).includes(name));
        const merge = () => (whole ? replaceOrigin : replaceSome)(current, origin, found, NOW);
        if (isTaken) {
          expect(merge).toThrow();
          continue;
        }
        const merged = merge();
        expect(merged.filter((each) => each.origin !== origin)).toEqual(foreign);
        const own = merged.filter((each) => each.origin === origin);
        const kept = current.filter((each) => each.origin === origin).map(({ name }) => name);
        const expected = whole ? namesOf(found) : [...new Set([...kept, ...namesOf(found)])];
        expect(namesOf(own)).toEqual(expected);
        for (const { name, sha256 } of found) {
          expect(own.find((each) => each.name === name)?.sha256).toBe(sha256);
        }
        expect(new Set(namesOf(merged)).size).toBe(merged.length);
        current = merged;
      }
    }),
  );
});

function namesOf(found: { name: string }[]): string[] {
  return found.map(({ name }) => name);
}
