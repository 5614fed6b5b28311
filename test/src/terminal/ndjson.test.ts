import { expect, test } from "vitest";
import { DslError } from "../../../runtime/core/dsl-error.ts";
import { reportOf } from "../../../src/terminal/error-report.ts";
import { ndjsonTerminal } from "../../../src/terminal/ndjson.ts";
import { keepText } from "./text.ts";

function eventsOf(text: string): unknown[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

test("every line is one object with the name of its event", () => {
  const out = keepText();
  const terminal = ndjsonTerminal(out, keepText());
  const step = terminal.step("Uploading blocks");
  step.progress(96, 96, "40.0 MB of 40.0 MB");
  step.line("a line\nof two");
  step.done();
  terminal.step("Creating stack").fail("no permission");
  terminal.info("hello");
  terminal.warn("careful");
  terminal.event("plan", { stack: "northwind" });
  terminal.result(["only for people"], { url: "http://127.0.0.1:9000/" });
  expect(eventsOf(out.text)).toEqual([
    { event: "step_started", title: "Uploading blocks" },
    {
      event: "step_progress",
      title: "Uploading blocks",
      done: 96,
      total: 96,
      detail: "40.0 MB of 40.0 MB",
    },
    { event: "step_line", title: "Uploading blocks", text: "a line\nof two" },
    { event: "step_done", title: "Uploading blocks" },
    { event: "step_started", title: "Creating stack" },
    { event: "step_failed", title: "Creating stack", summary: "no permission" },
    { event: "info", message: "hello" },
    { event: "warning", message: "careful" },
    { event: "plan", stack: "northwind" },
    { event: "result", url: "http://127.0.0.1:9000/" },
  ]);
});

test("an error is an event on the output and text on the error stream", () => {
  const [out, err] = [keepText(), keepText()];
  const error = new DslError("no_file", "There is no file x.db", "check the path");
  ndjsonTerminal(out, err).error(reportOf(error, false));
  expect(eventsOf(out.text)).toEqual([
    { event: "error", code: "no_file", message: "There is no file x.db", hint: "check the path" },
  ]);
  expect(err.text).toBe("Error: There is no file x.db\nTry: check the path\n");
});

test("nobody is asked", async () => {
  const asking = ndjsonTerminal(keepText(), keepText()).confirm("Delete everything?", "give --yes");
  await expect(asking).rejects.toMatchObject({ code: "confirmation_needed", exitCode: 2 });
});
