import { DslError } from "../../runtime/core/dsl-error.ts";

/** Asks yes or no on the terminal; "no" is the default, and what Ctrl-C and Escape answer. */
export async function askOnTerminal(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) throw nobodyToAsk(question);
  const { confirm } = await import("@clack/prompts");
  const answer = await confirm({
    message: question,
    initialValue: false,
    output: process.stderr,
  });
  return answer === true;
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
