import { scryptSync } from "node:crypto";

/** As the site has it, but made at once: there are many wrong passwords here. */
export function quickHash(password: string): string {
  const salt = Buffer.from("salt");
  const derived = scryptSync(password, salt, 32, { N: 2, r: 1, p: 1 });
  return `scrypt$2$1$1$${salt.toString("base64")}$${derived.toString("base64")}`;
}
