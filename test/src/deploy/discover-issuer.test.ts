import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { discoverIssuer } from "../../../src/deploy/discover-issuer.ts";
import {
  type FakeProvider,
  startFakeProvider,
} from "../../runtime/site/access/provider/fake-provider.ts";

const WELL_KNOWN = "/.well-known/openid-configuration";

let issuer: FakeProvider;
let said: Record<string, unknown>;
beforeAll(async () => {
  issuer = await startFakeProvider();
});
afterAll(() => issuer.close());
beforeEach(() => {
  said = {
    issuer: issuer.url,
    authorization_endpoint: `${issuer.url}/authorize`,
    token_endpoint: "https://tokens.example.com/token",
    jwks_uri: `${issuer.url}/keys`,
    response_types_supported: ["code", "id_token"],
    id_token_signing_alg_values_supported: ["HS256", "RS256", "none"],
    scopes_supported: ["openid"],
  };
  issuer.answers[WELL_KNOWN] = () => said;
});

test("what an issuer says is kept as far as it is needed", async () => {
  expect(await discoverIssuer(`${issuer.url}/`)).toEqual({
    issuer: issuer.url,
    authorization_endpoint: `${issuer.url}/authorize`,
    token_endpoint: "https://tokens.example.com/token",
    jwks_uri: `${issuer.url}/keys`,
    id_token_signing_alg_values_supported: ["RS256"],
  });
});

test.each<[string, () => unknown, string]>([
  [
    "another issuer",
    () => Object.assign(said, { issuer: "https://evil.example" }),
    "it calls itself https://evil.example",
  ],
  [
    "a token endpoint without TLS",
    () => Object.assign(said, { token_endpoint: "http://10.0.0.1/token" }),
    "token_endpoint is http://10.0.0.1/token, not an https:// one",
  ],
  [
    "no token endpoint",
    () => Object.assign(said, { token_endpoint: undefined }),
    "token_endpoint is not a string",
  ],
  [
    "no code flow",
    () => Object.assign(said, { response_types_supported: ["id_token"] }),
    "no authorization code flow",
  ],
  ["no keys", () => Object.assign(said, { jwks_uri: undefined }), "it names no keys"],
  [
    "no signatures that everybody can check",
    () => Object.assign(said, { id_token_signing_alg_values_supported: ["HS256"] }),
    "it signs with HS256",
  ],
  [
    "a page that is not there",
    () => {
      issuer.answers[WELL_KNOWN] = (_, response) => {
        response.writeHead(404).end();
      };
    },
    "openid-configuration is answered with 404",
  ],
  [
    "a page for people",
    () => {
      issuer.answers[WELL_KNOWN] = (_, response) => {
        response.end("<html>");
      };
    },
    "cannot be used to sign in",
  ],
])("an issuer with %s is refused in a sentence", async (_name, change, says) => {
  change();
  await expect(discoverIssuer(issuer.url)).rejects.toThrow(says);
});

test("an issuer that does not answer is named", async () => {
  const gone = await startFakeProvider();
  gone.close();
  await expect(discoverIssuer(gone.url)).rejects.toThrow(
    `${gone.url} does not say how to sign in: ${new URL(gone.url).host} cannot be reached`,
  );
});
