import { expect, test } from "vitest";
import { buildSiteConfig } from "../../../../../runtime/core/config/site-config.ts";
import type { SqlValue } from "../../../../../runtime/core/sqlite/values.ts";
import { formatterOf } from "../../../../../runtime/site/views/fast-text/format-value.ts";

function parse(format: unknown) {
  const { databases } = buildSiteConfig({
    config: { databases: { d: { tables: { t: { column_formats: { c: format } } } } } },
    metadata: {},
    settings: {},
    flags: { cors: false, crossdb: false, defaultDeny: false },
  });
  return databases.get("d")!.tables.get("t")!.columnFormats.get("c")!;
}

test.each<[unknown, SqlValue, string | null]>([
  ["number", 1234567n, '<span title="1234567">1,234,567</span>'],
  ["number", 0.1, "0.1"],
  [{ decimals: 2, unit: "kg" }, 3n, '<span title="3">3.00 kg</span>'],
  ["percent", 0.256, '<span title="0.256">25.6%</span>'],
  [{ style: "currency", currency: "EUR" }, 12.5, '<span title="12.5">&#8364;12.50</span>'],
  [{ style: "currency", currency: "JPY" }, 1200n, '<span title="1200">¥1,200</span>'],
  ["date", "2024-02-03", '<span title="2024-02-03">Feb 3, 2024</span>'],
  [
    "date",
    "2024-02-03T23:30:00-05:00",
    '<span title="2024-02-03T23:30:00-05:00">Feb 3, 2024, 11:30 PM</span>',
  ],
  ["date", "2024-13-03", null],
  ["date", "<b>", null],
  ["number", "text", null],
  ["number", Infinity, null],
  [{ unit: "<b>" }, 1n, '<span title="1">1 &lt;b&gt;</span>'],
  ["number", null, null],
])("as %j %s is %s", (format, value, expected) => {
  expect(formatterOf(parse(format))(value)).toBe(expected);
});

test.each([
  ["money", 'column_formats.c.style: expected one of number, currency, percent, date, got "money"'],
  ["currency", "column_formats.c.currency: a currency needs its code"],
  [{ style: "currency", currency: "Euro" }, "expected a code of three letters"],
  [{ style: "number", currency: "EUR" }, "only the style currency has one"],
  [{ decimals: -1 }, "column_formats.c.decimals: expected a whole number"],
  [{ digits: 2 }, "column_formats.c.digits"],
  [7, "expected a style or an object, got 7"],
])("%j is refused", (format, message) => {
  expect(() => parse(format)).toThrow(message);
});
