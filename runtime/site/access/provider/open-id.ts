/** Who signed in at an issuer of OpenID Connect: https://openid.net/specs/openid-connect-core-1_0.html */
import * as oauth from "oauth4webapi";
import type { SignIn } from "../../../core/access/sign-in-provider.ts";
import type { Claims } from "./claims.ts";
import { type Begun, type Exchange, exchangeCode } from "./exchange-code.ts";

/** The issuer's keys, of this environment; the library fetches new ones when a signature needs them. */
const keys = new Map<string, oauth.JWKSCacheInput>();

/** Throws what went wrong; `begun` is what the sign-in was begun with. */
export async function openIdClaims(
  signIn: SignIn,
  sent: URLSearchParams,
  begun: Begun,
): Promise<Claims> {
  const exchange = await exchangeCode(signIn, sent, begun);
  const { server, client, response, options } = exchange;
  const result = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: begun.nonce,
    requireIdToken: true,
  });
  const kept = keys.get(server.issuer) ?? {};
  keys.set(server.issuer, kept);
  await oauth.validateApplicationLevelSignature(server, response, {
    ...options,
    [oauth.jwksCache]: kept,
  });
  const claims: Claims = oauth.getValidatedIdTokenClaims(result)!;
  return claims.email === undefined ? withUserInfo(claims, result.access_token, exchange) : claims;
}

/** Issuers may keep what is not asked of the token itself for another request. */
async function withUserInfo(
  claims: Claims,
  accessToken: string,
  { server, client, options }: Exchange,
): Promise<Claims> {
  if (server.userinfo_endpoint === undefined) return claims;
  const response = await oauth.userInfoRequest(server, client, accessToken, options);
  const told = await oauth.processUserInfoResponse(server, client, claims.sub, response);
  const { email, email_verified } = told;
  return { ...told, ...claims, email, email_verified };
}
