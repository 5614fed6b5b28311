import { expect, test, vi } from "vitest";
import { logError } from "../../../runtime/core/log.ts";

test("what visitors wrote does nothing on the terminal that the log goes to", () => {
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    const message = "no such table: \u009b2J\x1b]0;title\x07\u202e";
    logError("a request failed", new Error(message));
    const [line] = write.mock.calls[0]! as [string];
    expect(line.trimEnd()).not.toMatch(/\p{Cc}|\u202e/u);
    expect(JSON.parse(line)).toMatchObject({ reason: message });
  } finally {
    write.mockRestore();
  }
});
