/** Keys that contain one of the first six hold secrets, as Datasette sees it; the others are ours. */
const SECRET_KEY =
  /secret|key|password|token|hash|dsn|passwd|passphrase|passcode|pwd|credential|private|bearer|cookie|signature|auth(?!or)|authori[sz]|connection.?string/i;

/** The password in a URL such as `postgres://user:password@host/`. */
const URL_PASSWORD = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:)[^\s/@]+@/gi;

/**
 * A copy of configuration in which the values of secret-looking keys, in any letter case, are `***`,
 * as are passwords in URLs.
 */
export function redactSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redactSecrets);
  if (typeof value === "string") return value.replace(URL_PASSWORD, "$1***@");
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      SECRET_KEY.test(key) ? "***" : redactSecrets(member),
    ]),
  );
}
