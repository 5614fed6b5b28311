import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { temporaryDirectory } from "../../temporary-directory.ts";

const CLI = fileURLToPath(new URL("../../../src/cli.ts", import.meta.url));

/** `dsl init` on a pseudo-terminal; each answer is typed when its question is on the screen. */
async function init(answers: Record<string, string>) {
  const cwd = temporaryDirectory();
  new Database(join(cwd, "shop.db")).exec("CREATE TABLE t (a)").close();
  const command = `stty cols 200 rows 30; exec '${process.execPath}' '${CLI}' init`;
  const child = spawn("script", ["-qec", command, "/dev/null"], {
    cwd,
    env: { PATH: process.env.PATH, TERM: "xterm" },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const waiting = Object.entries(answers);
  let screen = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    screen += text;
    const [question, answer] = waiting[0] ?? [];
    if (question === undefined || !screen.includes(question)) return;
    waiting.shift();
    child.stdin.write(answer!);
  });
  const [exitCode] = await once(child, "close");
  const file = join(cwd, "dsl.yaml");
  return { exitCode, text: existsSync(file) ? readFileSync(file, "utf8") : null };
}

test("dsl init asks for what it cannot know, with what it found as the answer", async () => {
  const { exitCode, text } = await init({
    Databases: "\r",
    "Name of the site": "-2\r",
    "AWS region": "eu-north-1\r",
    "Who may read it?": "\x1b[B\x1b[B\r",
  });
  expect(exitCode).toBe(0);
  expect(text).toContain(
    "\nname: shop-2\ndatabases:\n  - shop.db\nregion: eu-north-1\ndefault-deny: true\n",
  );
});

test("dsl init offers a password, and writes no word of it", async () => {
  const answers = { Databases: "\r", "Name of the site": "\r", "AWS region": "\r" };
  const { text } = await init({ ...answers, "Who may read it?": "\x1b[B\r" });
  expect(text).toContain("\nname: shop\ndatabases:\n  - shop.db\npassword: true\n");
});

test("Ctrl-C at a question writes nothing", async () => {
  expect(await init({ Databases: "\x03" })).toEqual({ exitCode: 130, text: null });
});
