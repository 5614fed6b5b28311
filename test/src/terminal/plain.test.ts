import { expect, test } from "vitest";
import { DslError } from "../../../runtime/core/dsl-error.ts";
import { reportOf } from "../../../src/terminal/error-report.ts";
import { plainTerminal } from "../../../src/terminal/plain.ts";
import { quietTerminal } from "../../../src/terminal/quiet.ts";
import { keepText } from "./text.ts";

const MISSING = new DslError("no_file", "There is no file x.db", "check the path");

test("plain: what happens goes to the error stream, the result to the output stream", () => {
  const [out, err] = [keepText(), keepText()];
  const terminal = plainTerminal(out, err);
  const step = terminal.step("Creating stack northwind");
  step.line("CREATE_COMPLETE AWS::S3::Bucket Bucket");
  step.done("5 resources");
  terminal.info("The site is new");
  terminal.warn("The host cannot be reached from here");
  terminal.event("plan", { stack: "northwind" });
  terminal.result(["http://127.0.0.1:9000/", "in 2.0 s"], { url: "http://127.0.0.1:9000/" });
  expect(err.text).toBe(
    [
      "Creating stack northwind ...",
      "  CREATE_COMPLETE AWS::S3::Bucket Bucket",
      "  5 resources",
      "The site is new",
      "Warning: The host cannot be reached from here",
      "",
    ].join("\n"),
  );
  expect(out.text).toBe("http://127.0.0.1:9000/\nin 2.0 s\n");
});

test("plain: an error is a sentence and what to try", () => {
  const err = keepText();
  plainTerminal(keepText(), err).error(reportOf(MISSING, false));
  expect(err.text).toBe("Error: There is no file x.db\nTry: check the path\n");
});

test("quiet: only the result, warnings and errors are printed", () => {
  const [out, err] = [keepText(), keepText()];
  const terminal = quietTerminal(out, err);
  const step = terminal.step("Uploading");
  step.progress(1, 2);
  step.line("a line");
  step.done("all of it");
  terminal.info("nothing to worry about");
  expect(out.text + err.text).toBe("");
  terminal.warn("careful");
  terminal.error(reportOf(MISSING, false));
  terminal.result(["done"], {});
  expect(err.text).toBe("Warning: careful\nError: There is no file x.db\nTry: check the path\n");
  expect(out.text).toBe("done\n");
});

test("a question that nobody can answer is a usage error that names --yes", async () => {
  const asking = plainTerminal(keepText(), keepText()).confirm("Delete everything?", "give --yes");
  await expect(asking).rejects.toMatchObject({
    code: "confirmation_needed",
    exitCode: 2,
    hint: expect.stringContaining("--yes"),
  });
});
