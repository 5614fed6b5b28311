import { styleText } from "node:util";
import { Terminal as Screen } from "@xterm/headless";
import { expect, test } from "vitest";
import { interactiveTerminal } from "../../../src/terminal/interactive.ts";
import { keepText } from "./text.ts";

/** What a person sees in a terminal of that width after these bytes: its lines, without blank ones. */
async function seen(bytes: string, columns: number): Promise<string[]> {
  const screen = new Screen({ cols: columns, rows: 30, convertEol: true, allowProposedApi: true });
  await new Promise<void>((resolve) => screen.write(bytes, resolve));
  const { active } = screen.buffer;
  return Array.from({ length: active.length }, (_, y) =>
    active.getLine(y)!.translateToString(true),
  ).filter((line) => line !== "");
}

test("while a step goes on there is one line for it, however narrow the terminal is", async () => {
  const [out, err] = [keepText(), keepText()];
  const terminal = interactiveTerminal(out, err);
  const step = terminal.step("Publishing version 12 of a site with a long name");
  step.progress(1, 3, "12.1 MB of 40.0 MB, 31 of 96 blocks");
  step.progress(2, 3, "24.2 MB of 40.0 MB, 62 of 96 blocks, 東京東京東京東京東京東京");
  const [line, ...rest] = await seen(err.text, 30);
  expect(line).toMatch(/^. Publishing version 12/);
  expect(rest).toEqual([]);
  step.done("96 of 96 blocks");
});

test("a step that has ended leaves its title, what it said, and nothing of its progress", async () => {
  const [out, err] = [keepText(), keepText()];
  const terminal = interactiveTerminal(out, err);
  const step = terminal.step("Creating stack northwind");
  step.progress(1, 2, "a long way to go, longer than the terminal is wide");
  step.line("CREATE_COMPLETE AWS::S3::Bucket");
  step.progress(2, 2);
  terminal.warn("careful");
  step.done("2 resources");
  terminal.result(["https://example.com/"], {});
  expect(await seen(err.text, 45)).toEqual([
    "   CREATE_COMPLETE AWS::S3::Bucket",
    "▲ Warning: careful",
    "✔ Creating stack northwind: 2 resources",
  ]);
  expect(out.text).toBe("https://example.com/\n");
});

test("an interruption ends the step and says what goes on", async () => {
  const [out, err] = [keepText(), keepText()];
  const terminal = interactiveTerminal(out, err);
  terminal.step("Creating stack northwind");
  terminal.ifInterrupted("CloudFormation goes on.", "the same command again");
  terminal.interrupted();
  expect(await seen(err.text, 80)).toEqual([
    "✖ Creating stack northwind: failed",
    "Interrupted. CloudFormation goes on.",
    "Try: the same command again",
  ]);
});

test("an error is red", () => {
  const err = keepText();
  interactiveTerminal(keepText(), err).error({
    code: "odd",
    message: "That was odd",
    hint: "again",
    exitCode: 1,
    debug: null,
  });
  const red = styleText("red", "Error: That was odd", { validateStream: false });
  expect(err.text).toBe(`${red}\nTry: again\n`);
});
