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

test("what is typed counts before the file, that before the environment, and that before the default", () => {
  expect(property(PORT)).toBe("basePort");
  const file = new Map([[PORT, { value: 3, place: "dsl.yaml:7" }]]);
  const environment = { DSL_BASE_PORT: "2" };
  const resolved = [
    resolveOptions([PORT], { basePort: 1 }, file, environment),
    resolveOptions([PORT], {}, file, environment),
    resolveOptions([PORT], {}, new Map(), environment),
    resolveOptions([PORT], {}, new Map(), { DSL_BASE_PORT: "" }),
  ];
  expect(resolved).toEqual([
    { values: { basePort: 1 }, sources: { basePort: "--base-port" } },
    { values: { basePort: 3 }, sources: { basePort: "dsl.yaml:7" } },
    { values: { basePort: 2 }, sources: { basePort: "DSL_BASE_PORT" } },
    { values: { basePort: 5 }, sources: {} },
  ]);
});

test("a flag adds to the mapping in the file", () => {
  const tags: Option = {
    name: "tag",
    value: "<key=value>",
    help: "a tag",
    kind: { type: "map", divider: "=", mustBe: "" },
  };
  const file = new Map([[tags, { value: { team: "data", owner: "anna" }, place: "dsl.yaml:7" }]]);
  expect(resolveOptions([tags], { tag: { owner: "ben" } }, file, {})).toEqual({
    values: { tag: { team: "data", owner: "ben" } },
    sources: { tag: "dsl.yaml:7 and --tag" },
  });
});

test("what a site keeps has no default before the plan, and AWS's variables are its SDK's", () => {
  const kept = resolveOptions([{ ...PORT, isKept: true }], {}, new Map(), {});
  expect(kept).toEqual({ values: {}, sources: {} });
  const region = { ...PORT, environment: "AWS_REGION", default: undefined };
  expect(resolveOptions([region], {}, new Map(), { AWS_REGION: "2" })).toEqual({
    values: {},
    sources: { basePort: "AWS_REGION" },
  });
});
