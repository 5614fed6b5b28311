/** What an issuer of OpenID Connect says of itself: https://openid.net/specs/openid-connect-discovery-1_0.html */
import { type Provider, parseProvider } from "../../runtime/core/access/sign-in-provider.ts";
import { DslError } from "../../runtime/core/dsl-error.ts";
import {
  asArray,
  asObject,
  asString,
  InvalidData,
  parseJson,
} from "../../runtime/core/format/check.ts";
import { PROVIDER_MS, providerFetch } from "../../runtime/site/access/provider/provider-fetch.ts";
import { isSameIssuer } from "../plan/viewers.ts";

/** Algorithms that a public key checks, by https://www.rfc-editor.org/rfc/rfc7518#section-3.1 and RFC 8037. */
const WITH_A_KEY = /^(RS|PS|ES)(256|384|512)$|^Ed(DSA|25519)$/;

/** Throws a DslError for an issuer that is none, and for one that a site cannot use. */
export async function discoverIssuer(issuer: string): Promise<Provider> {
  const address = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const text = await read(issuer, address);
  try {
    const said = asObject(parseJson(text, address), address);
    const provider = parseProvider(said);
    if (!isSameIssuer(provider.issuer, issuer)) {
      throw new InvalidData(`it calls itself ${provider.issuer}`);
    }
    requireCode(said);
    if (provider.jwks_uri === undefined) throw new InvalidData("it names no keys (jwks_uri)");
    return { ...provider, ...algorithms(provider) };
  } catch (error) {
    if (!(error instanceof InvalidData)) throw error;
    throw unusable(`${issuer} cannot be used to sign in: ${error.message}`);
  }
}

async function read(issuer: string, address: string): Promise<string> {
  let response: Response;
  try {
    response = await providerFetch(AbortSignal.timeout(PROVIDER_MS))(address);
  } catch (error) {
    throw unusable(`${issuer} does not say how to sign in: ${(error as Error).message}`, error);
  }
  if (response.status === 200) return response.text();
  throw unusable(
    `${issuer} does not say how to sign in: ${address} is answered with ${response.status}`,
  );
}

/** Without a word of the issuer it has it. */
function requireCode({
  response_types_supported: types = ["code"],
}: Record<string, unknown>): void {
  if (asArray(types, "response_types_supported", asString).includes("code")) return;
  throw new InvalidData("it has no authorization code flow (response_types_supported)");
}

/** Those with which it may sign. */
function algorithms({ id_token_signing_alg_values_supported: all = ["RS256"] }: Provider) {
  const usable = all.filter((name) => WITH_A_KEY.test(name));
  if (usable.length > 0) return { id_token_signing_alg_values_supported: usable };
  throw new InvalidData(`it signs with ${all.join(", ")}, and with no public key`);
}

function unusable(message: string, cause?: unknown): DslError {
  return new DslError(
    "bad_issuer",
    message,
    "the issuer as the provider's documentation has it, without /.well-known/…; docs/access.md has those of some; github is a word of its own",
    { cause },
  );
}
