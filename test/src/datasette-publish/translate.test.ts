import { describe, expect, test } from "vitest";
import { type PublishFlags, translate } from "../../../src/datasette-publish/translate.ts";
import { property } from "../../../src/options/option.ts";
import {
  CANNOT_BE,
  dashed,
  PUBLISH_OPTIONS,
  WITHOUT_EFFECT,
} from "../../../src/options/publish-options.ts";

const flags = (given: Record<string, unknown> = {}): PublishFlags => ({
  setting: {},
  static: {},
  ...given,
});

describe("dsl publish", () => {
  test.each([
    ["cloudrun", { service: "shop" }],
    ["cloudrun", { name: "shop" }],
    ["heroku", { name: "shop" }],
    ["fly", { app: "shop" }],
    ["vercel", { project: "shop" }],
  ] as const)("%s has the site's name in %j", (host, given) => {
    expect(translate(host, flags(given))).toEqual({ site: "shop", options: {}, notes: [] });
  });

  test("without a name says which flag has it", () => {
    expect(() => translate("vercel", flags({ app: "shop" }))).toThrow(
      expect.objectContaining({ hint: "dsl publish vercel --project NAME data.db" }),
    );
  });

  test.each([
    [{ memory: "512Mi" }, { memory: 512 }],
    [{ memory: "2Gi" }, { memory: 2048 }],
    [{ memory: "1.5G" }, { memory: 1536 }],
    [{ memory: "64M" }, { memory: 128 }],
    [{ memory: "32Gi" }, { memory: 10_240 }],
    [{ cpu: 2 }, { memory: 3538 }],
    [{ timeout: 3600 }, { timeout: 900 }],
    [{ region: "eu-central-1" }, { region: "eu-central-1" }],
    [
      { title: "Shop", licenseUrl: "x" },
      { title: "Shop", licenseUrl: "x" },
    ],
    [
      { extraOptions: "--setting sql_time_limit_ms 2500 --cors", setting: { base_url: "/a/" } },
      { setting: { sql_time_limit_ms: "2500", base_url: "/a/" }, cors: true },
    ],
  ])("%j becomes %j", (given, options) => {
    expect(translate("heroku", flags({ name: "shop", ...given }))).toEqual({
      site: "shop",
      options,
      notes: [],
    });
  });

  test.each([...CANNOT_BE.keys()])("--%s is refused with the reason", (name) => {
    const option = PUBLISH_OPTIONS.find((each) => each.name === name)!;
    const value = name === "prod" ? false : ["x"];
    expect(() => translate("fly", flags({ app: "shop", [property(option)]: value }))).toThrow(
      expect.objectContaining({ code: "not_possible", exitCode: 2 }),
    );
  });

  test.each([...WITHOUT_EFFECT.keys()])("--%s is taken, and said to have no effect", (name) => {
    const option = PUBLISH_OPTIONS.find((each) => each.name === name)!;
    const { notes } = translate("fly", flags({ app: "shop", [property(option)]: "x" }));
    expect(notes).toEqual([expect.stringContaining(`--${name} has no effect: `)]);
  });

  test("--region of another host is said to have no effect", () => {
    expect(translate("fly", flags({ app: "shop", region: "lhr" }))).toMatchObject({
      options: {},
      notes: ["--region lhr has no effect: it is no region of AWS"],
    });
  });

  test("--extra-options that mean nothing here are refused", () => {
    const given = flags({ app: "shop", extraOptions: "--cors --reload" });
    expect(() => translate("fly", given)).toThrow("--extra-options cannot have --reload here");
  });

  test("takes Datasette's underscores", () => {
    expect(dashed(["publish", "fly", "--license_url=x", "--about_url", "a_url"])).toEqual([
      "publish",
      "fly",
      "--license-url=x",
      "--about-url",
      "a_url",
    ]);
    expect(dashed(["serve", "--license_url"])).toEqual(["serve", "--license_url"]);
  });
});
