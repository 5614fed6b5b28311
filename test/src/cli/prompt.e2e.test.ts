import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const CLI = fileURLToPath(new URL("../../../src/cli.ts", import.meta.url));
const ARN = "arn:aws:lambda:eu-central-1:123456789012:layer:dsl-arm64:3";

/** Runs `dsl delete-layer`, which asks before it needs AWS, on a pseudo-terminal and types `keys`. */
async function answer(keys: string, env: Record<string, string> = {}) {
  const command = `stty cols 200 rows 30; exec '${process.execPath}' '${CLI}' delete-layer ${ARN} --region eu-central-1`;
  const child = spawn("script", ["-qec", command, "/dev/null"], {
    env: { PATH: process.env.PATH, TERM: "xterm", AWS_EC2_METADATA_DISABLED: "true", ...env },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let screen = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (!screen.includes("Delete 1 layer version") && text.includes("Delete 1 layer version")) {
      child.stdin.write(keys);
    }
    screen += text;
  });
  const timeout = setTimeout(() => child.kill("SIGKILL"), 30_000);
  const [exitCode] = await once(child, "close");
  clearTimeout(timeout);
  return { exitCode, screen };
}

test.each<Record<string, string>>([{}, { NO_COLOR: "1" }])(
  "Ctrl-C at a question ends with 130 (%j)",
  async (env) => {
    const { exitCode, screen } = await answer("\x03", env);
    expect(screen).toContain("Interrupted.");
    expect(exitCode).toBe(130);
  },
);

test("Escape is no answer, and no is exit code 1", async () => {
  const { exitCode, screen } = await answer("\x1b\r");
  expect(screen).toContain("Error: Stopped, because the answer was no");
  expect(exitCode).toBe(1);
});

test("TERM=dumb asks in one line, without drawing or moving anything", async () => {
  const { exitCode, screen } = await answer("no\n", { TERM: "dumb" });
  expect(screen).toContain("Type yes or no: ");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for.
  expect(screen).not.toMatch(/\x1b|[⠋⠙⠹◆◇]/);
  expect(screen).toContain("Error: Stopped, because the answer was no");
  expect(exitCode).toBe(1);
});
