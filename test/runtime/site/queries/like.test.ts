import Database from "better-sqlite3";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isLike } from "../../../../runtime/site/queries/like.ts";

test("is what SQLite's LIKE is", () => {
  const database = new Database(":memory:");
  const like = database.prepare("select ? like ?").pluck();
  const letters = fc.string({
    unit: fc.constantFrom("a", "A", "b", "é", "%", "_", " "),
    maxLength: 8,
  });
  fc.assert(
    fc.property(letters, letters, (text, pattern) => {
      expect(isLike(text, pattern)).toBe(like.get(text, pattern) === 1);
    }),
    { numRuns: 1000 },
  );
  database.close();
});
