import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { siteProcessEntry } from "../../../src/paths.ts";

/** A server that asks for a process and ends before that has begun, as one whose port is taken. */
const PARENT = `
  const { fork } = require("node:child_process");
  const child = fork(${JSON.stringify(siteProcessEntry)}, {
    serialization: "advanced",
    stdio: ["ignore", "ignore", 2, "ipc"],
  });
  const site = { config: { settings: { sql_time_limit_ms: 1000 } } };
  child.send({ open: { files: [], site, memory: false, mounts: [], guardFile: null } }, () => process.exit());
`;

test("a process whose server has ended meanwhile ends, too, and says nothing", () => {
  const { stderr } = spawnSync(process.execPath, ["-e", PARENT], { encoding: "utf8" });
  expect(stderr).toBe("");
});
