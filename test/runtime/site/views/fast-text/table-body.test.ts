import { expect, test } from "vitest";
import type { Cell } from "../../../../../runtime/site/pages/types.ts";
import { plainTable } from "../../../../../runtime/site/views/html/rows-table.ts";

function markupOf(columns: readonly string[], rows: readonly Cell[][]): string {
  const cells = {
    length: rows.length,
    width: columns.length,
    cell: (row: number, at: number) => rows[row]![at]!,
  };
  const named = columns.map((name) => ({ name, columnType: null }));
  return plainTable(named, cells, 0).markup.text;
}

test("JSON takes one line, and what is missing stands below numbers, without a script", () => {
  const markup = markupOf(
    ["n", "json", "text"],
    [
      [1n, '{"a": 1}', "some"],
      [null, null, null],
    ],
  );
  expect(markup).toContain('<td class="col-json type-str json">');
  expect(markup).toContain('<td class="col-n type-none number">');
  expect(markup).toContain('<td class="col-text type-none">');
  expect(markup).toContain('<td class="col-json type-none">');
});
