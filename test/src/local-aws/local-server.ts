/** A local AWS for the tests of one file, in this process, in a folder of its own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { type RunningLocalAws, startLocalAws } from "../../../src/local-aws/local-aws.ts";

/** A folder that is removed after the tests of the file. */
export function temporaryHome(): string {
  const home = mkdtempSync(join(tmpdir(), "dsl-local-"));
  afterAll(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

/** Starts it before the tests and closes it after them; call the result to get it. */
export function useLocalAws(): () => RunningLocalAws {
  const home = temporaryHome();
  let local: RunningLocalAws;
  beforeAll(async () => {
    local = await startLocalAws({ home, port: 0, secretAccessKey: "local" });
  });
  afterAll(() => local.close());
  return () => local;
}
