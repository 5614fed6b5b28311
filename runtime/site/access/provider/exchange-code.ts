/** The code that a browser brings back is exchanged for tokens: https://www.rfc-editor.org/rfc/rfc6749#section-4.1 */
import * as oauth from "oauth4webapi";
import { isSafeAddress, type SignIn } from "../../../core/access/sign-in-provider.ts";
import { PROVIDER_MS, providerFetch } from "./provider-fetch.ts";

/** What only the browser that began a sign-in can know. */
export interface Begun {
  redirectUri: string;
  state: string;
  nonce: string;
  verifier: string;
}

export interface Exchange {
  server: oauth.AuthorizationServer;
  client: oauth.Client;
  /** What the provider answered. */
  response: Response;
  /** For what is asked of it next. */
  options: { [oauth.customFetch]: typeof fetch; [oauth.allowInsecureRequests]: boolean };
}

/** Seconds by which the provider's clock may be wrong. */
const TOLERANCE = 30;

/** Throws for what is not an answer to this sign-in from this provider, and for the provider's error. */
export async function exchangeCode(
  { provider, clientId, clientSecret }: SignIn,
  sent: URLSearchParams,
  { redirectUri, state, verifier }: Begun,
): Promise<Exchange> {
  const server = provider as oauth.AuthorizationServer;
  const client = { client_id: clientId, [oauth.clockTolerance]: TOLERANCE };
  const options = {
    [oauth.customFetch]: providerFetch(AbortSignal.timeout(PROVIDER_MS)),
    // providerFetch refuses what is neither TLS nor this machine.
    [oauth.allowInsecureRequests]: isLocal(provider.token_endpoint),
  };
  const parameters = oauth.validateAuthResponse(server, client, sent, state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    isPostOnly(provider.token_endpoint_auth_methods_supported)
      ? oauth.ClientSecretPost(clientSecret)
      : oauth.ClientSecretBasic(clientSecret),
    parameters,
    redirectUri,
    verifier,
    options,
  );
  return { server, client, response, options };
}

function isLocal(address: string): boolean {
  return address.startsWith("http:") && isSafeAddress(address);
}

/** Without a word of the provider it is Basic: https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata */
function isPostOnly(methods: readonly string[] = ["client_secret_basic"]): boolean {
  return !methods.includes("client_secret_basic") && methods.includes("client_secret_post");
}
