/** Keys that contain one of these hold secrets, as Datasette sees it. */
const SECRET_WORDS = ["secret", "key", "password", "token", "hash", "dsn"];

/** A copy of configuration in which the values of secret-looking keys are `***`. */
export function redactSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redactSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      SECRET_WORDS.some((word) => key.includes(word)) ? "***" : redactSecrets(member),
    ]),
  );
}
