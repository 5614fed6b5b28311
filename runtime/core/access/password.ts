/** Passwords as hashes that are slow to guess: scrypt, RFC 7914. */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { InvalidData } from "../format/check.ts";

/**
 * 16 MiB and five rounds of it, one of the choices of
 * https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt:
 * the one that leaves room for the databases in a function of 128 MB.
 */
const COST = { N: 2 ** 14, r: 8, p: 5 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** Characters; what is longer costs a hostile sender nothing and us time. */
export const LONGEST_PASSWORD = 1024;

/** "scrypt$16384$8$5$SALT$HASH", both in base64. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const derived = await derive(password, salt, HASH_BYTES, COST);
  const { N, r, p } = COST;
  return ["scrypt", N, r, p, salt.toString("base64"), derived.toString("base64")].join("$");
}

/** Takes the same time whatever is wrong with the password. Throws InvalidData for what is no hash. */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  const [kind, N, r, p, salt = "", expected = ""] = hash.split("$");
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const wanted = Buffer.from(expected, "base64");
  if (kind !== "scrypt" || !Object.values(cost).every((n) => n > 0) || wanted.length < HASH_BYTES) {
    throw new InvalidData("the stored password is not a hash that this dsl knows");
  }
  const derived = await derive(password, Buffer.from(salt, "base64"), wanted.length, cost);
  return timingSafeEqual(derived, wanted);
}

/** The same password may be typed in two ways: é is one character or two. */
function derive(
  password: string,
  salt: Buffer,
  bytes: number,
  cost: ScryptOptions,
): Promise<Buffer> {
  const text = password.slice(0, LONGEST_PASSWORD).normalize("NFC");
  return new Promise((resolve, reject) => {
    scrypt(text, salt, bytes, cost, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
