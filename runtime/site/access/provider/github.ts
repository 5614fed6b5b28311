/**
 * Who signed in at GitHub, whose OAuth says it through its API:
 * https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
 */
import * as oauth from "oauth4webapi";
import type { SignIn } from "../../../core/access/sign-in-provider.ts";
import { asArray, asBoolean, asObject, asString, InvalidData } from "../../../core/format/check.ts";
import type { Claims } from "./claims.ts";
import { type Begun, exchangeCode } from "./exchange-code.ts";

/** With it, organisations are told, too. */
const ORGANISATIONS = "read:org";
/** What GitHub calls itself, where it says so. */
const ISSUER = "https://github.com/login/oauth";

/** Throws what went wrong. */
export async function githubClaims(
  signIn: SignIn,
  sent: URLSearchParams,
  begun: Begun,
): Promise<Claims> {
  const provider = { ...signIn.provider, issuer: ISSUER };
  const { server, client, response, options } = await exchangeCode(
    {
      ...signIn,
      provider: { ...provider, token_endpoint_auth_methods_supported: ["client_secret_post"] },
    },
    sent,
    begun,
  );
  const { access_token: token } = await oauth.processAuthorizationCodeResponse(
    server,
    client,
    response,
  );
  const ask = async (path: string) => {
    const answer = await options[oauth.customFetch](`${signIn.provider.api}${path}`, {
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${token}`,
        "user-agent": "dsl",
        "x-github-api-version": "2022-11-28",
      },
    });
    if (!answer.ok) throw new Error(`GitHub's API answers ${path} with ${answer.status}`);
    return (await answer.json()) as unknown;
  };
  const [user, addresses, organisations] = await Promise.all([
    ask("/user"),
    ask("/user/emails"),
    signIn.scopes.includes(ORGANISATIONS) ? ask("/user/orgs?per_page=100") : [],
  ]);
  const { id, login, name } = asObject(user, "user");
  if (!Number.isSafeInteger(id)) throw new InvalidData("GitHub's user has no id");
  return {
    // A login can be given up, and be somebody else's then.
    sub: String(id),
    name: name ?? login,
    ...primaryAddress(addresses),
    groups: asArray(organisations, "orgs", (each, where) => {
      return asString(asObject(each, where).login, `${where}.login`);
    }),
  };
}

function primaryAddress(addresses: unknown): Pick<Claims, "email" | "email_verified"> {
  const all = asArray(addresses, "emails", (each, where) => {
    const { email, primary, verified } = asObject(each, where);
    return {
      email: asString(email, `${where}.email`),
      isPrimary: asBoolean(primary, `${where}.primary`),
      email_verified: asBoolean(verified, `${where}.verified`),
    };
  });
  const primary = all.find(({ isPrimary }) => isPrimary);
  if (primary === undefined) return {};
  const { isPrimary: _isPrimary, ...claims } = primary;
  return claims;
}
