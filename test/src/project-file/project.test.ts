import { describe, expect, test } from "vitest";
import { DslError } from "../../../runtime/core/dsl-error.ts";
import { property } from "../../../src/options/option.ts";
import { withPlace } from "../../../src/project-file/place-of-mistake.ts";
import { readProject } from "../../../src/project-file/project.ts";
import { projectSchema } from "../../../src/project-file/schema.ts";

/** The values for a command, by property, with their lines. */
function valuesFor(command: string, text: string, environment: string | null = null) {
  const values = readProject("dsl.yaml", text, ".", environment).valuesFor(command);
  return Object.fromEntries(
    [...values].map(([option, { value, place }]) => [property(option), [value, place]]),
  );
}

const SHOP = `
name: shop
databases: [shop.db, data/sales.csv]
region: eu-central-1
memory: 512          # enough
cors: true
settings: {sql_time_limit_ms: 500, allow_download: false}
tags: {team: data, owner: anna}
metadata: {title: Shop}
commands:
  logs: {since: 10m}
  serve: {port: 8002}
environments:
  staging:
    memory: 1024
    tags: {owner: ben}
    databases: {shop: test/small.db}
  production:
    name: shop-live
`;

describe("dsl.yaml", () => {
  test("has the options of update-stack, in the form that flags give them", () => {
    expect(valuesFor("update-stack", SHOP)).toEqual({
      region: ["eu-central-1", "dsl.yaml:4"],
      memory: [512, "dsl.yaml:5"],
      cors: [true, "dsl.yaml:6"],
      setting: [{ sql_time_limit_ms: "500", allow_download: "false" }, "dsl.yaml:7"],
      tag: [{ team: "data", owner: "anna" }, "dsl.yaml:8"],
      metadata: [{ title: "Shop" }, "dsl.yaml:9"],
    });
  });

  test("gives other commands what they share with update-stack, and options of their own", () => {
    expect(valuesFor("logs", SHOP)).toEqual({
      region: ["eu-central-1", "dsl.yaml:4"],
      since: [600_000, "dsl.yaml:11"],
    });
    // Its --memory is another option.
    expect(valuesFor("serve", SHOP)).not.toHaveProperty("memory");
    expect(valuesFor("serve", SHOP)).toMatchObject({ port: [8002, "dsl.yaml:12"] });
  });

  test("names the site and its databases", () => {
    expect(readProject("dsl.yaml", SHOP, ".", null)).toMatchObject({
      name: "shop",
      databases: [
        { path: "shop.db", name: null },
        { path: "data/sales.csv", name: null },
      ],
    });
  });

  test("has environments, which replace values and add to mappings", () => {
    expect(valuesFor("update-stack", SHOP, "staging")).toMatchObject({
      region: ["eu-central-1", "dsl.yaml:4"],
      memory: [1024, "dsl.yaml:15"],
      tag: [{ team: "data", owner: "ben" }, "dsl.yaml:16"],
    });
    const [staging, production] = ["staging", "production"].map((environment) =>
      readProject("dsl.yaml", SHOP, ".", environment),
    );
    // Never the site of another environment.
    expect(staging?.name).toBe("shop-staging");
    expect(staging?.databases).toEqual([{ path: "test/small.db", name: "shop" }]);
    expect(production?.name).toBe("shop-live");
  });

  test("has paths that are relative to its own folder", () => {
    const text = "databases: shop.db\nmetadata: about.yaml\n";
    const project = readProject("sites/shop/dsl.yaml", text, "sites/shop", null);
    expect(project.databases).toEqual([{ path: "sites/shop/shop.db", name: null }]);
    const values = [...project.valuesFor("update-stack").values()];
    expect(values.map(({ value }) => value)).toEqual(["sites/shop/about.yaml"]);
  });

  test("may be empty, and a key without a value says nothing", () => {
    expect(valuesFor("update-stack", "")).toEqual({});
    expect(valuesFor("update-stack", "# later\nmemory:\n")).toEqual({});
  });
});

describe("A mistake in dsl.yaml is said with line and column", () => {
  test.each([
    ["memroy: 512", 'dsl.yaml:1:1: "memroy" is not a key of dsl.yaml', "did you mean memory?"],
    ["name: shop\nmemory: 12", "dsl.yaml:2:9: memory cannot be", "correct memory"],
    ["memory: lots", 'memory cannot be "lots": it must be a whole number from 128', "correct"],
    ["cors: maybe", "dsl.yaml:1:7: cors has to be true or false", "cors: true"],
    ["storage: s4", "it must be one of auto, embed, s3", "correct storage"],
    ["log-retention: 31", "it must be one of 1, 3, 5", "correct log-retention"],
    ["tags: blue", "tags has to be a mapping", "tags: {…}"],
    ["yes: true", "dsl.yaml:1:1: yes is about one run", "type --yes"],
    ["alias: {a: b.db}", "alias is about one run", "databases: {NAME: PATH}"],
    ["databases: [{path: a.db}]", "a database has to be the path of a file", "databases: [shop.db"],
    ["commands: {logs: {sinse: 1h}}", '"sinse" is not a key of commands.logs', "mean since?"],
    ["commands: {log: {}}", '"log" is not a key of commands', "did you mean logs?"],
    ["environments: {a: {memory: x}}", "dsl.yaml:1:28: memory cannot be", "correct memory"],
    ["a: b: c", "dsl.yaml:1:4: nested mappings are not allowed", "the file is YAML"],
    ["metadata: [1]", "metadata has to be a mapping, or the path of a file", "metadata: …"],
    ["metadata: &a {x: *a}", "its aliases (*name) stand for too much", "write it out"],
    ["- a", "dsl.yaml has to be a mapping", "dsl.yaml: {…}"],
    ["memory: 512\nmemory: 513", "dsl.yaml:2:1: map keys must be unique", "the file is YAML"],
  ])("%j", (text, message, hint) => {
    const read = () => readProject("dsl.yaml", text, ".", null);
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ hint: expect.stringContaining(hint) }));
  });

  test("an environment that is not there is named with the nearest one", () => {
    expect(() => readProject("dsl.yaml", SHOP, ".", "stagin")).toThrow(
      expect.objectContaining({
        message: 'dsl.yaml has no environment "stagin"',
        hint: "--env staging",
      }),
    );
  });
});

test("the schema for editors knows every key that the file may have", () => {
  const schema = projectSchema() as { properties: Record<string, unknown> };
  for (const line of SHOP.matchAll(/^(\w+):/gm)) expect(schema.properties).toHaveProperty(line[1]!);
  expect(schema.properties.memory).toEqual({
    description: "memory of the function",
    type: "integer",
    minimum: 128,
    maximum: 10_240,
    default: 1769,
  });
});

test.each([
  ["config: databases.shop.tabels: unknown key", "dsl.yaml:3:7"],
  ["config: databases.no such: unknown key", "dsl.yaml:1:10"],
  ["setting no_such: unknown setting", "dsl.yaml:4:12"],
  ["dsl.yaml: rules[1].mode is none of replace, append", "dsl.yaml:7:5"],
  ["metadata: title: expected text", "dsl.yaml:9:18"],
])("a mistake that is found later, %j, is at %s", (message, place) => {
  const text = `config: {databases: {
    shop: {
      tabels: {}}}}
settings: {no_such: 1}
rules:
  - files: a.csv
  - mode: x
environments:
  a: {metadata: {title: [1]}}
`;
  const project = readProject("dsl.yaml", text, ".", "a");
  const error = withPlace(new DslError("invalid_config", message, "hint"), project) as DslError;
  expect(error.message).toBe(`${place}: ${message.replace("dsl.yaml: ", "")}`);
});
