import fc from "fast-check";
import { expect, test } from "vitest";
import { printableJson } from "../../../runtime/core/active-characters.ts";
import { DslError } from "../../../runtime/core/dsl-error.ts";
import { reportOf } from "../../../src/terminal/error-report.ts";
import { interactiveTerminal } from "../../../src/terminal/interactive.ts";
import { ndjsonTerminal } from "../../../src/terminal/ndjson.ts";
import { plainTerminal } from "../../../src/terminal/plain.ts";
import { printable } from "../../../src/terminal/printable.ts";
import { quietTerminal } from "../../../src/terminal/quiet.ts";
import type { Terminal } from "../../../src/terminal/terminal.ts";
import { keepText } from "./text.ts";

test.each([
  ["a\x1b[2Jb", "a\\x1b[2Jb"],
  ["two\nlines\r", "two\\nlines\\r"],
  ["\x9b31m", "\\x9b31m"],
  ["\u202egnp.exe", "\\u202egnp.exe"],
  ["Zürich\t東京 🐟", "Zürich\t東京 🐟"],
])("%j is shown as %s", (text, shown) => {
  expect(printable(text)).toBe(shown);
});

test("JSON keeps every character, as an escape where it has to be", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const json = printableJson({ text });
      expect(JSON.parse(json)).toEqual({ text });
      expect(json).toBe(printable(json));
    }),
  );
});

const NASTY = "x\x1b]0;owned\x07\x9b2J\u202e\nError: forged";

/** Everything a terminal can be told, with a hostile text in every place. */
function sayEverything(terminal: Terminal): void {
  const step = terminal.step(NASTY);
  step.progress(1, 2, NASTY);
  step.line(NASTY);
  step.done(NASTY);
  terminal.step(NASTY).fail(NASTY);
  terminal.info(NASTY);
  terminal.warn(NASTY);
  terminal.event("plan", { [NASTY]: NASTY });
  terminal.result([NASTY], { [NASTY]: NASTY });
  terminal.ifInterrupted(NASTY, NASTY);
  terminal.interrupted();
  const error = new DslError("odd", NASTY, NASTY);
  terminal.error(reportOf(error, false));
}

test.each([
  ["plain", plainTerminal],
  ["quiet", quietTerminal],
  ["--json", ndjsonTerminal],
])("%s: no text that it is given can control the terminal", (_, create) => {
  const [out, err] = [keepText(), keepText()];
  sayEverything(create(out, err));
  for (const line of `${out.text}${err.text}`.split("\n")) {
    expect(line).toBe(printable(line));
    expect(line).not.toMatch(/^Error: forged/);
  }
});

test("with colours, the only control characters are those of dsl itself", () => {
  const [out, err] = [keepText(), keepText()];
  sayEverything(interactiveTerminal(out, err));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  const own = /\x1b\[(?:\d+m|2K|\?7[hl])|\r/g;
  for (const line of `${out.text}${err.text}`.replace(own, "").split("\n")) {
    expect(line).toBe(printable(line));
  }
});
