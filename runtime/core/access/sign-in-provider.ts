/**
 * Where people sign in for a site: an issuer of OpenID Connect, or GitHub, whose OAuth knows no ID tokens. A part
 * of what a site keeps in SSM (stored-access.ts). Pure.
 */
import { asArray, asBoolean, asObject, asString, InvalidData } from "../format/check.ts";

export interface SignIn {
  provider: Provider;
  clientId: string;
  clientSecret: string;
  /** What is asked for beside who somebody is. */
  scopes: readonly string[];
  /** As `allowEntry` writes them: allow-list.ts. */
  allow: readonly string[];
  /** Scheme and host of the addresses at which the site is, the one to prefer first; empty before they are known. */
  origins: readonly string[];
}

/** Names as in https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata. */
export interface Provider {
  /** `github`, or as the issuer itself writes it. */
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
  /** Of GitHub: where its API is. */
  api?: string;
  jwks_uri?: string;
  userinfo_endpoint?: string;
  id_token_signing_alg_values_supported?: readonly string[];
  token_endpoint_auth_methods_supported?: readonly string[];
  authorization_response_iss_parameter_supported?: boolean;
  /** https://openid.net/specs/openid-connect-prompt-create-1_0.html */
  prompt_values_supported?: readonly string[];
}

export const GITHUB: Provider = {
  issuer: "github",
  authorization_endpoint: "https://github.com/login/oauth/authorize",
  token_endpoint: "https://github.com/login/oauth/access_token",
  api: "https://api.github.com",
};

/** Where the provider sends people back to, inside the site. */
export const CALLBACK = "/-/login/callback";

export function isGitHub({ issuer }: Pick<Provider, "issuer">): boolean {
  return issuer === GITHUB.issuer;
}

export function isGoogle(issuer: string): boolean {
  return issuer === "https://accounts.google.com";
}

/** What people know it by: a name, or the issuer's host. */
export function providerName(issuer: string): string {
  if (isGitHub({ issuer })) return "GitHub";
  if (isGoogle(issuer)) return "Google";
  const { hostname } = new URL(issuer);
  if (/^cognito-idp\.[\w-]+\.amazonaws\.com(\.cn)?$/.test(hostname)) return "Amazon Cognito";
  return hostname === "login.microsoftonline.com" ? "Microsoft" : hostname;
}

/** What makes the provider ask for an account again. All know `login`, but those that have a list of accounts. */
export function promptForAccount({ issuer, prompt_values_supported: all }: Provider): string {
  const hasList =
    isGitHub({ issuer }) ||
    isGoogle(issuer) ||
    issuer.startsWith("https://login.microsoftonline.com/") ||
    all?.includes("select_account");
  return hasList ? "select_account" : "login";
}

/**
 * Only over TLS, or to this machine: what is sent has the client's secret in it. Such an address without
 * TLS is of use in tests only, and with the local AWS.
 */
export function isSafeAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== "" || password !== "") return false;
  return protocol === "https:" || (protocol === "http:" && isLoopback(hostname));
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** Throws InvalidData. */
export function parseSignIn(value: unknown): SignIn {
  const stored = asObject(value, "signIn");
  const strings = (name: string) => asArray(stored[name], `signIn.${name}`, asString);
  return {
    provider: parseProvider(stored.provider),
    clientId: asString(stored.clientId, "signIn.clientId"),
    clientSecret: asString(stored.clientSecret, "signIn.clientSecret"),
    scopes: strings("scopes"),
    allow: strings("allow"),
    origins: strings("origins"),
  };
}

/** Of what an issuer says of itself, the part that is needed. Throws InvalidData. */
export function parseProvider(value: unknown): Provider {
  const given = asObject(value, "provider");
  const has = (name: string) => given[name] !== undefined && given[name] !== null;
  const endpoint = (name: string) => {
    const address = asString(given[name], name);
    if (!isSafeAddress(address))
      throw new InvalidData(`${name} is ${address}, not an https:// one`);
    return address;
  };
  const strings = (name: string) => asArray(given[name], name, asString);
  const issuer = asString(given.issuer, "issuer");
  return {
    issuer: issuer === GITHUB.issuer ? issuer : endpoint("issuer"),
    authorization_endpoint: endpoint("authorization_endpoint"),
    token_endpoint: endpoint("token_endpoint"),
    ...(has("api") && { api: endpoint("api") }),
    ...(has("jwks_uri") && { jwks_uri: endpoint("jwks_uri") }),
    ...(has("userinfo_endpoint") && { userinfo_endpoint: endpoint("userinfo_endpoint") }),
    ...(has("id_token_signing_alg_values_supported") && {
      id_token_signing_alg_values_supported: strings("id_token_signing_alg_values_supported"),
    }),
    ...(has("token_endpoint_auth_methods_supported") && {
      token_endpoint_auth_methods_supported: strings("token_endpoint_auth_methods_supported"),
    }),
    ...(has("prompt_values_supported") && {
      prompt_values_supported: strings("prompt_values_supported"),
    }),
    ...(has("authorization_response_iss_parameter_supported") && {
      authorization_response_iss_parameter_supported: asBoolean(
        given.authorization_response_iss_parameter_supported,
        "authorization_response_iss_parameter_supported",
      ),
    }),
  };
}
