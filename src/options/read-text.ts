/** What is typed after a flag → a value. commander makes a usage error (exit code 2) of what is thrown. */
import { InvalidArgumentError } from "commander";
import type { Kind } from "./option.ts";

/** `previous` is what the same flag gave before, where it may be repeated. Throws InvalidArgumentError. */
export function readText(kind: Kind, text: string, previous?: unknown): unknown {
  switch (kind.type) {
    case "switch":
      return true;
    case "path":
    case "document":
      return text;
    case "number":
      return readNumber(kind, text);
    case "choice":
      return readChoice(kind.among, text);
    case "text":
      if (kind.pattern && !kind.pattern.test(text)) throw new InvalidArgumentError(kind.mustBe!);
      return kind.read ? kind.read(text) : text;
    case "list":
      return [...((previous as unknown[]) ?? []), kind.read ? kind.read(text) : text];
    case "map":
      return withEntry(kind, (previous as Record<string, unknown>) ?? {}, text);
  }
}

function readNumber({ from, to, orNone }: Kind & { type: "number" }, text: string): unknown {
  if (orNone && text === "none") return text;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= from && value <= to) return value;
  const other = orNone ? " or none" : "";
  throw new InvalidArgumentError(`It must be a whole number from ${from} to ${to}${other}.`);
}

function readChoice(among: readonly (number | string)[], text: string): unknown {
  const found = among.find((choice) => String(choice) === text);
  if (found !== undefined) return found;
  throw new InvalidArgumentError(`It must be one of ${among.join(", ")}.`);
}

function withEntry(
  { divider, lastDivider, once, read, mustBe }: Kind & { type: "map" },
  previous: Record<string, unknown>,
  text: string,
): Record<string, unknown> {
  const at = lastDivider ? text.lastIndexOf(divider) : text.indexOf(divider);
  if (at < 1) throw new InvalidArgumentError(mustBe);
  const [name, value] = [text.slice(0, at), text.slice(at + 1)];
  const [readName, readValue] = read ? read(name, value) : [name, value];
  if (once && Object.hasOwn(previous, readName)) {
    throw new InvalidArgumentError(`"${readName}" is given twice.`);
  }
  return { ...previous, [readName]: readValue };
}
