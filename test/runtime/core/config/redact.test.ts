import { expect, test } from "vitest";
import { redactSecrets } from "../../../../runtime/core/config/redact.ts";

test.each([
  "api_key",
  "apiKey",
  "APIKEY",
  "secret",
  "clientSecret",
  "db_password",
  "Passwd",
  "pwd",
  "passphrase",
  "credentials",
  "authToken",
  "authorization",
  "Bearer",
  "connectionString",
  "connection_string",
  "DSN",
  "privatePem",
  "cookie_value",
  "signature",
])("what is called %s is not shown, whatever it contains", (key) => {
  for (const value of ["hidden", 7, ["hidden"], { nested: "hidden" }]) {
    expect(redactSecrets({ plugins: [{ [key]: value }] })).toEqual({ plugins: [{ [key]: "***" }] });
  }
});

test.each(["author", "title", "size", "facets", "description", "allow", "units"])(
  "what is called %s is shown",
  (key) => {
    expect(redactSecrets({ [key]: "shown" })).toEqual({ [key]: "shown" });
  },
);

test("a password in a URL is not shown", () => {
  expect(
    redactSecrets({ a: "postgres://me:hidden@host/db", b: "https://host/path?at=me:x@y" }),
  ).toEqual({ a: "postgres://me:***@host/db", b: "https://host/path?at=me:x@y" });
});
