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
