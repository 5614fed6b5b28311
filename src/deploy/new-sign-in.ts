/**
 * What a sign-in with a provider needs besides what the plan says: what the issuer says of itself, and the client's
 * secret, from a file, from DSL_SIGN_IN_CLIENT_SECRET, or asked for. Never an argument.
 */
import { GITHUB } from "../../runtime/core/access/sign-in-provider.ts";
import type { StoredAccess } from "../../runtime/core/access/stored-access.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import { isSameIssuer, type SignInRules } from "../plan/viewers.ts";
import { askSecret } from "../terminal/questions.ts";
import type { Secrets } from "./deployment.ts";
import { discoverIssuer } from "./discover-issuer.ts";
import { firstLine } from "./first-line.ts";
import type { UpdateRequest } from "./update-request.ts";

/** Characters; the parameter of SSM that it goes to has 4,096 for all. */
const LONGEST_SECRET = 512;

/**
 * Null where all is as it is stored. The issuer is asked when it is new, and when `--sign-in` is typed: it may
 * have changed what it says. Throws a DslError.
 */
export async function newSignIn(
  { flags, sources }: UpdateRequest,
  { issuer, clientId }: SignInRules,
  stored: StoredAccess["signIn"],
): Promise<Secrets["signIn"]> {
  const known = stored !== null && isSameIssuer(stored.provider.issuer, issuer) ? stored : null;
  const isTyped = sources.signIn === "--sign-in";
  const asked = async () => (issuer === GITHUB.issuer ? GITHUB : discoverIssuer(issuer));
  const provider = known === null || isTyped ? await asked() : known.provider;
  const kept = known?.clientId === clientId ? known.clientSecret : null;
  // Nothing will be stored.
  if (flags.dryRun || flags.save !== undefined) return null;
  const secret = (await givenSecret(flags.signInClientSecretFile)) ?? kept ?? (await ask(flags));
  const isKept = secret === kept && provider === known?.provider;
  return isKept ? null : { provider, clientSecret: secret };
}

/** Null for none. */
async function givenSecret(file: string | undefined): Promise<string | null> {
  if (file !== undefined) {
    return checked(
      await firstLine(file, "The file of the client's secret"),
      `the first line of ${file}`,
    );
  }
  const { DSL_SIGN_IN_CLIENT_SECRET: fromEnvironment = "" } = process.env;
  return fromEnvironment === "" ? null : checked(fromEnvironment, "DSL_SIGN_IN_CLIENT_SECRET");
}

async function ask({ json }: UpdateRequest["flags"]): Promise<string> {
  if (process.stdin.isTTY && process.stderr.isTTY && !json) {
    return askSecret("The client's secret, as the provider says it", problemOf);
  }
  throw usage(
    "Nobody can be asked for the client's secret here",
    "--sign-in-client-secret-file with a file, or the environment variable DSL_SIGN_IN_CLIENT_SECRET",
  );
}

function checked(secret: string, where: string): string {
  const problem = problemOf(secret);
  if (problem === null) return secret;
  throw usage(`The client's secret in ${where} is no good: ${problem}`, "copy it again");
}

/** In words; null for nothing. */
function problemOf(secret: string): string | null {
  if (secret.length > LONGEST_SECRET) return `it has more than ${LONGEST_SECRET} characters`;
  return /^[\x21-\x7e]+$/.test(secret) ? null : "it is empty, or has spaces in it";
}

function usage(message: string, hint: string): DslError {
  return new DslError("sign_in_secret", message, hint, { exitCode: 2 });
}
