import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { asYaml, withNewest } from "../../../../runtime/site/browser/query-history.ts";

test("SQL as YAML is read as the SQL that it was, whatever is in it", () => {
  const line = fc.constantFrom(
    "select 1",
    "  from t: x",
    "# no comment",
    "- 'a' || \"b\"",
    "",
    "  ",
  );
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (lines) => {
      const sql = lines.join("\n").trim();
      fc.pre(sql !== "");
      const read = parse(asYaml(sql)) as { queries: { my_query: { sql: string } } };
      const tidy = (text: string) => text.replace(/^[ \t]+$/gm, "");
      expect(read.queries.my_query.sql).toBe(tidy(sql));
    }),
  );
});

test("the history has the newest first, each once", () => {
  const query = (sql: string) => ({ sql, href: "/", at: "" });
  const known = withNewest([query("a"), query("b")], query("b"));
  expect(known.map(({ sql }) => sql)).toEqual(["b", "a"]);
});
