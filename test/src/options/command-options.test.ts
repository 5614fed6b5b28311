import { describe, expect, test } from "vitest";
import { COMMAND_OPTIONS } from "../../../src/options/command-options.ts";
import { fileKey, type Option, property } from "../../../src/options/option.ts";
import { resolveOptions } from "../../../src/options/resolve-options.ts";

describe.each(Object.entries(COMMAND_OPTIONS))("the options of %s", (_, options) => {
  test("have one meaning each: name, letter and key", () => {
    const names = options.map(({ name }) => name);
    const letters = options.flatMap(({ short }) => short ?? []);
    const keys = options.flatMap((option) => fileKey(option) ?? []);
    for (const words of [names, letters, keys]) expect(words).toEqual([...new Set(words)]);
  });

  test("say what they take", () => {
    const wrong = options.filter(
      ({ kind, value }) => (kind.type === "switch") === (value !== undefined),
    );
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });
});

const PORT: Option = {
  name: "base-port",
  value: "<port>",
  help: "a port",
  kind: { type: "number", from: 1, to: 9 },
  default: 5,
  environment: "DSL_BASE_PORT",
};

test("what is typed counts before the environment, and that before the default", () => {
  expect(property(PORT)).toBe("basePort");
  expect(resolveOptions([PORT], { basePort: 1 }, { DSL_BASE_PORT: "2" })).toEqual({ basePort: 1 });
  expect(resolveOptions([PORT], {}, { DSL_BASE_PORT: "2" })).toEqual({ basePort: 2 });
  expect(resolveOptions([PORT], {}, { DSL_BASE_PORT: "" })).toEqual({ basePort: 5 });
});

test("what a site keeps has no default before the plan, and AWS's variables are its SDK's", () => {
  expect(resolveOptions([{ ...PORT, isKept: true }], {}, {})).toEqual({});
  const region = { ...PORT, environment: "AWS_REGION", default: undefined };
  expect(resolveOptions([region], {}, { AWS_REGION: "2" })).toEqual({});
});
