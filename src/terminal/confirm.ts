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

/** The error where a question cannot be answered: no terminal, or `--json`. */
export function nobodyToAsk(question: string): DslError {
  return new DslError(
    "confirmation_needed",
    `This needs a confirmation and nobody can answer here: ${question}`,
    "give --yes to confirm",
    { exitCode: 2 },
  );
}
