import { DslError } from "../../runtime/core/dsl-error.ts";

/** Thrown when Ctrl-C answers a question: to the process that is the signal it usually is. */
export class Interrupted extends Error {
  constructor() {
    super("Interrupted");
    this.name = "Interrupted";
  }
}

/** Asks yes or no on the terminal; "no" is the default. Throws Interrupted for Ctrl-C. */
export async function askOnTerminal(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) throw nobodyToAsk(question);
  if (process.env.TERM === "dumb") return askInLine(question);
  const { confirm, isCancel, settings } = await import("@clack/prompts");
  settings.aliases.delete("escape");
  const answer = await confirm({
    message: question,
    initialValue: false,
    output: process.stderr,
  });
  if (isCancel(answer)) throw new Interrupted();
  return answer;
}

/**
 * One line and one answer, without moving the cursor or drawing anything: for screen readers and
 * terminals that can do no more (TERM=dumb).
 */
async function askInLine(question: string): Promise<boolean> {
  const { createInterface } = await import("node:readline/promises");
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} Type yes or no: `)).trim());
  } finally {
    lines.close();
  }
}

/** The error where a question cannot be answered: no terminal, or `--json`. */
export function nobodyToAsk(question: string): DslError {
  return new DslError(
    "confirmation_needed",
    `This needs a confirmation and nobody can answer here: ${question}`,
    "give --yes to confirm",
    { exitCode: 2 },
  );
}
