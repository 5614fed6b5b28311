import fc from "fast-check";
import { expect, test } from "vitest";
import { MOST_EVENTS, splitEvents } from "../../../../runtime/load/collector/split-events.ts";

const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
/** An array as somebody writes it: its text, and its elements. */
const written = fc
  .record({
    values: fc.array(fc.jsonValue({ maxDepth: 3 }), { minLength: 1, maxLength: 8 }),
    spaces: fc.array(space, { minLength: 18, maxLength: 18 }),
    indent: fc.integer({ min: 0, max: 2 }),
  })
  .map(({ values, spaces, indent }) => {
    const elements = values.map((value) => JSON.stringify(value, null, indent));
    const parts = elements.map((text, i) => `${spaces[2 * i]}${text}${spaces[2 * i + 1]}`);
    return { text: `${spaces[16]}[${parts.join(",")}]${spaces[17]}`, values };
  });

test("an array's elements are taken as they are written, each with its line", () => {
  fc.assert(
    fc.property(written, ({ text, values }) => {
      const events = splitEvents(text);
      expect(events.map((event) => JSON.parse(event.text))).toEqual(
        JSON.parse(JSON.stringify(values)),
      );
      const lines = text.split("\n");
      for (const { text: event, line } of events) {
        const rest = lines
          .slice(line - 1)
          .join(" ")
          .replaceAll(/[\r ]+/g, "");
        expect(rest).toContain(event.replaceAll(/[\r ]+/g, ""));
        expect(lines[line - 1]).toContain(event[0]);
      }
    }),
  );
});

test("a long array on one line", () => {
  expect(splitEvents(`[${"1,".repeat(MOST_EVENTS - 1)}1]`)).toHaveLength(MOST_EVENTS);
});

test.each([
  ["lines", "1\n".repeat(MOST_EVENTS), "\n1"],
  ["elements", `[${"1,".repeat(MOST_EVENTS - 1)}1`, ",1]"],
])("more events than a request may have, as %s, are refused", (_, most, more) => {
  expect(() => splitEvents(most + more)).toThrow(
    expect.objectContaining({ status: 413, message: "A request may have 100,000 events" }),
  );
});

test("lists in lines are one event each, however long they are together", () => {
  const line = `[${"1,".repeat(MOST_EVENTS / 2)}1]`;
  expect(splitEvents(`{}\n${line}\n${line}\n${line}`)).toHaveLength(4);
});

test("numbers keep all of their digits", () => {
  expect(splitEvents("[12345678901234567890 , 5.0]").map(({ text }) => text)).toEqual([
    "12345678901234567890",
    "5.0",
  ]);
});
