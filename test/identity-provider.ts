/** A provider of OpenID Connect on loopback for tests: a real one, whose accounts need no password. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import Provider, { type AccountClaims } from "oidc-provider";
import {
  type Provider as Metadata,
  parseProvider,
} from "../runtime/core/access/sign-in-provider.ts";

export const CLIENT = { clientId: "shop", clientSecret: "s3cret-of-the-client" };

export interface IdentityProvider {
  issuer: string;
  metadata: Metadata;
  /** What was asked of it, such as `POST /token`. */
  asked: string[];
  close(): void;
}

/** `accounts`: claims by login. `redirectUris`: as they would be registered with a provider. */
export async function startIdentityProvider(
  accounts: Record<string, Omit<AccountClaims, "sub">>,
  redirectUris: string[],
): Promise<IdentityProvider> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        redirect_uris: redirectUris,
      },
    ],
    claims: { email: ["email", "email_verified"], profile: ["name", "groups"] },
    cookies: { keys: ["of a test"] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_, login) =>
      login in accounts
        ? { accountId: login, claims: () => ({ sub: login, ...accounts[login] }) }
        : undefined,
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    // Nobody is asked whether the site may know who they are.
    loadExistingGrant: async ({ oidc }) => {
      const { accountId } = oidc.session!;
      const grant = new oidc.provider.Grant({
        clientId: oidc.client!.clientId,
        accountId: accountId!,
      });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
    pkce: { required: () => true },
    renderError: async (ctx, { error, error_description }) => {
      ctx.type = "text";
      ctx.body = `${error}: ${error_description}`;
    },
  });
  const asked: string[] = [];
  const callback = provider.callback();
  server.on("request", (request, response) => {
    asked.push(`${request.method} ${request.url?.split("?")[0]}`);
    if (request.url === "/favicon.ico") response.writeHead(204).end();
    else if (request.url?.startsWith("/interaction/")) void logIn(provider, request, response);
    else callback(request, response);
  });
  const found = await fetch(`${issuer}/.well-known/openid-configuration`);
  const metadata = parseProvider(await found.json());
  asked.length = 0;
  return { issuer, metadata, asked, close: () => server.close() };
}

/** A form that believes what is typed. */
async function logIn(provider: Provider, request: IncomingMessage, response: ServerResponse) {
  if (request.method === "POST") {
    const accountId = new URLSearchParams(await text(request)).get("login")!;
    const result =
      accountId === "nobody"
        ? { error: "access_denied", error_description: "<b>you</b> said no" }
        : { login: { accountId } };
    return provider.interactionFinished(request, response, result);
  }
  response.setHeader("content-type", "text/html");
  response.end(
    `<!doctype html><html lang="en"><title>Provider</title><form method="post"><label>Account <input name="login"></label><button>Continue</button></form>`,
  );
}
