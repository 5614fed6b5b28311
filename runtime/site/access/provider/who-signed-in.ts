/** Who it is that a provider sends back: a file of its own beside the function, loaded when somebody signs in. */
import { ResponseBodyError } from "oauth4webapi";
import type { Actor } from "../../../core/access/actor.ts";
import { isGitHub, type SignIn } from "../../../core/access/sign-in-provider.ts";
import { actorOf } from "./claims.ts";
import type { Begun } from "./exchange-code.ts";
import { githubClaims } from "./github.ts";
import { openIdClaims } from "./open-id.ts";

/**
 * `sent`: the arguments that the browser came back with. Throws an Error for everything but an answer of this
 * provider to this sign-in.
 */
export async function whoSignedIn(
  signIn: SignIn,
  sent: URLSearchParams,
  begun: Begun,
): Promise<Actor> {
  const claims = isGitHub(signIn.provider) ? githubClaims : openIdClaims;
  try {
    return actorOf(await claims(signIn, sent, begun));
  } catch (error) {
    throw error instanceof ResponseBodyError ? said(error) : error;
  }
}

/** What a provider answers instead of tokens is what its owner needs to know: `invalid_client`. */
function said(cause: ResponseBodyError): Error {
  const { error, error_description: description } = cause;
  const text = description === undefined ? error : `${error} (${description})`;
  return new Error(`the provider answers ${text}`, { cause });
}
