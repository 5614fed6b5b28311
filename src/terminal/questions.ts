/** Questions that have more answers than yes and no. For a terminal with somebody at it. */
import { Interrupted } from "./confirm.ts";
import { printable } from "./printable.ts";

/** A line of text; `wrong` says what is the matter with it, null for nothing. Throws Interrupted. */
export async function askText(
  message: string,
  initial: string,
  wrong: (text: string) => string | null,
): Promise<string> {
  const { isCancel, text } = await import("@clack/prompts");
  const answer = await text({
    message: printable(message),
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
  choices: readonly { value: string; label: string }[],
): Promise<string> {
  const { isCancel, select } = await import("@clack/prompts");
  const answer = await select({
    message: printable(message),
    options: [...choices],
    output: process.stderr,
  });
  if (isCancel(answer)) throw new Interrupted();
  return answer;
}

/** What is typed is not shown; `wrong` as above. Throws Interrupted. */
export async function askSecret(
  message: string,
  wrong: (text: string) => string | null,
): Promise<string> {
  const { isCancel, password } = await import("@clack/prompts");
  const answer = await password({
    message,
    validate: (value) => wrong(value ?? "") ?? undefined,
    output: process.stderr,
  });
  if (isCancel(answer)) throw new Interrupted();
  return answer;
}

/** A password, twice the same; `wrong` as above. Throws Interrupted. */
export async function askPassword(wrong: (text: string) => string | null): Promise<string> {
  const first = await askSecret("Password for visitors", (text) => {
    const problem = wrong(text);
    return problem === null ? null : `Choose another one: ${problem}`;
  });
  await askSecret("The same again", (text) => (text === first ? null : "It is not the same"));
  return first;
}
