/** Questions that have more answers than yes and no. For a terminal with somebody at it. */
import { Interrupted } from "./confirm.ts";

/** A line of text; `wrong` says what is the matter with it, null for nothing. Throws Interrupted. */
export async function askText(
  message: string,
  initial: string,
  wrong: (text: string) => string | null,
): Promise<string> {
  const { isCancel, text } = await import("@clack/prompts");
  const answer = await text({
    message,
    initialValue: initial,
    validate: (value) => wrong((value ?? "").trim()) ?? undefined,
    output: process.stderr,
  });
  if (isCancel(answer)) throw new Interrupted();
  return (answer ?? "").trim();
}

/** One of several; the first is the one to begin with. Throws Interrupted. */
export async function askChoice(
  message: string,
  choices: readonly { value: boolean; label: string }[],
): Promise<boolean> {
  const { isCancel, select } = await import("@clack/prompts");
  const answer = await select({ message, options: [...choices], output: process.stderr });
  if (isCancel(answer)) throw new Interrupted();
  return answer;
}
