import { expect, test } from "vitest";
import { DslError } from "../../../runtime/core/dsl-error.ts";
import { errorLines, reportOf } from "../../../src/terminal/error-report.ts";

const ERROR = new DslError("no_file", "There is no file x.db", "check the path", {
  cause: new Error("ENOENT"),
});

test("users see no stack trace", () => {
  expect(errorLines(reportOf(ERROR, false))).toEqual([
    "Error: There is no file x.db",
    "Try: check the path",
  ]);
});

test("DSL_DEBUG=1 shows the stack and the cause", () => {
  const text = errorLines(reportOf(ERROR, true)).join("\n");
  expect(text).toContain("error-report.test.ts");
  expect(text).toContain("ENOENT");
});

test("a fault of dsl itself says so and how to find it", () => {
  const report = reportOf(new TypeError("x is not a function"), false);
  expect(report).toMatchObject({ code: "unexpected", exitCode: 1 });
  expect(report.message).toContain("x is not a function");
  expect(report.hint).toContain("DSL_DEBUG=1");
});
