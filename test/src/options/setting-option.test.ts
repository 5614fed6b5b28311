import { Command } from "commander";
import { expect, test } from "vitest";
import { joinSettings, settingOption } from "../../../src/options/setting-option.ts";

function settingsOf(args: string[]): { settings: unknown; files: string[] } {
  const command = new Command().argument("[files...]").addOption(settingOption()).exitOverride();
  command.configureOutput({ writeErr: () => {} }).parse(joinSettings(args), { from: "user" });
  return { settings: command.opts().setting, files: command.args };
}

test("settings have a name and a value, and what follows is something else", () => {
  expect(
    settingsOf([
      "-s",
      "max_returned_rows",
      "500",
      "a.db",
      "--setting",
      "base_url",
      "/a=b/",
      "b.db",
    ]),
  ).toEqual({
    settings: { max_returned_rows: "500", base_url: "/a=b/" },
    files: ["a.db", "b.db"],
  });
});

test("no setting is no settings", () => {
  expect(settingsOf(["a.db"]).settings).toEqual({});
});

test("a setting without a value is a usage error", () => {
  expect(() => settingsOf(["--setting", "max_returned_rows"])).toThrow("needs a name and a value");
});
