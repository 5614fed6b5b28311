/** The password that `--password` is about: from a file, from DSL_PASSWORD, or asked for. Never an argument. */
import { LONGEST_PASSWORD } from "../../runtime/core/access/password.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { askPassword } from "../terminal/questions.ts";
import { firstLine } from "./first-line.ts";
import type { UpdateRequest } from "./update-request.ts";

/** https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver has 15 for what is guarded by nothing else. */
const SHORTEST = 8;

/**
 * A password that was given with this command; null for none, which leaves the one that is stored. Asks
 * where `--password` was typed and nothing else says it. Throws a usage DslError.
 */
export async function newPassword({ flags, sources }: UpdateRequest): Promise<string | null> {
  const { password: isWanted, passwordFile } = flags;
  if (isWanted === false) {
    if (passwordFile === undefined) return null;
    throw usage("--no-password and --password-file say different things", "give one of them");
  }
  if (passwordFile !== undefined) {
    return checked(
      await firstLine(passwordFile, "The password file"),
      `the first line of ${passwordFile}`,
    );
  }
  const { DSL_PASSWORD: fromEnvironment = "" } = process.env;
  if (isWanted && fromEnvironment !== "") return checked(fromEnvironment, "DSL_PASSWORD");
  if (!isWanted || sources.password !== "--password") return null;
  // Nothing will be stored.
  if (flags.dryRun || flags.save !== undefined) return null;
  if (!process.stdin.isTTY || !process.stderr.isTTY || flags.json) {
    throw usage(
      "Nobody can be asked for the password here",
      "--password-file with a file, or the environment variable DSL_PASSWORD",
    );
  }
  return askPassword(problemOf);
}

function checked(password: string, where: string): string {
  const problem = problemOf(password);
  if (problem === null) return password;
  throw usage(`The password in ${where} is no good: ${problem}`, "choose another one");
}

/** In words; null for nothing. */
function problemOf(password: string): string | null {
  const characters = [...password].length;
  if (characters < SHORTEST) return `it has ${characters} characters, and needs ${SHORTEST}`;
  return password.length > LONGEST_PASSWORD
    ? `it has more than ${LONGEST_PASSWORD} characters`
    : null;
}

function usage(message: string, hint: string): DslError {
  return new DslError("bad_password", message, hint, { exitCode: 2 });
}
