/**
 * JSON as Python's `json.dumps` writes it, with a space after `,` and `:` and everything beyond
 * ASCII escaped. For the places where JSON text is itself a value.
 */
export function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(
      ([name, member]) => `${asciiString(name)}: ${pythonJson(member)}`,
    );
    return `{${members.join(", ")}}`;
  }
  if (typeof value === "string") return asciiString(value);
  return typeof value === "bigint" ? value.toString() : (JSON.stringify(value) ?? "null");
}

function asciiString(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The same with two spaces of indentation, one member or item a line. */
export function pythonJsonIndented(value: unknown, indentation = ""): string {
  const inner = `${indentation}  `;
  const lines = (items: string[], open: string, close: string) =>
    items.length === 0
      ? open + close
      : `${open}\n${items.map((item) => inner + item).join(",\n")}\n${indentation}${close}`;
  if (Array.isArray(value)) {
    return lines(
      value.map((item) => pythonJsonIndented(item, inner)),
      "[",
      "]",
    );
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(
      ([name, member]) => `${asciiString(name)}: ${pythonJsonIndented(member, inner)}`,
    );
    return lines(members, "{", "}");
  }
  return pythonJson(value);
}
