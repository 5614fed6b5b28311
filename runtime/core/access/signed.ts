/**
 * JSON that only the site's key signs (HMAC-SHA256), for what a browser keeps: "PAYLOAD.SIGNATURE", both in
 * base64url. Pure.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { InvalidData, parseJson } from "../format/check.ts";

/** `purpose`: what is signed for one is never taken for another. */
export function sign(value: unknown, purpose: string, key: Uint8Array): string {
  const payload = Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${payload}.${mark(payload, purpose, key).toString("base64url")}`;
}

/** What was signed; null for what was not, with this key for this purpose. */
export function openSigned(text: string, purpose: string, key: Uint8Array): unknown {
  const [payload = "", signed = "", ...more] = text.split(".");
  if (more.length > 0) return null;
  if (!isSame(Buffer.from(signed, "base64url"), mark(payload, purpose, key))) return null;
  try {
    return parseJson(Buffer.from(payload, "base64url").toString(), "what was signed");
  } catch (error) {
    if (error instanceof InvalidData) return null;
    throw error;
  }
}

/** 32 bytes that only the key makes of a text for a purpose. */
export function mark(text: string, purpose: string, key: Uint8Array): Buffer {
  return createHmac("sha256", key).update(`${purpose}\0`).update(text).digest();
}

/** Takes the same time wherever they differ. */
export function isSame(given: Uint8Array, expected: Uint8Array): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}
