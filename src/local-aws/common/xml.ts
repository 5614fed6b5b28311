/** XML as AWS writes it (elements, no mixed content) and as clients send it. */
import { XMLParser } from "fast-xml-parser";
import { AwsFault } from "./service.ts";

/** An array repeats its element; undefined leaves it out. */
export type XmlValue =
  | string
  | number
  | boolean
  | undefined
  | XmlValue[]
  | { [element: string]: XmlValue };

/** A whole document with one root element. */
export function xmlDocument(root: string, value: XmlValue, namespace?: string): string {
  const attribute = namespace === undefined ? "" : ` xmlns="${escapeXml(namespace)}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${content(value)}</${root}>`;
}

function content(value: XmlValue): string {
  if (value === undefined) return "";
  if (typeof value !== "object") return escapeXml(String(value));
  if (Array.isArray(value)) return value.map(content).join("");
  return Object.entries(value)
    .map(([name, child]) => elements(name, child))
    .join("");
}

function elements(name: string, value: XmlValue): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return value.map((item) => elements(name, item)).join("");
  return `<${name}>${content(value)}</${name}>`;
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** Control characters become references: object keys may contain them, and parsers drop a bare CR. */
function escapeXml(text: string): string {
  return (
    text
      .replace(/[&<>"]/g, (character) => ENTITIES[character]!)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      .replace(/[\u0000-\u001f]/g, (character) => `&#x${character.charCodeAt(0).toString(16)};`)
  );
}

const parser = new XMLParser({
  parseTagValue: false,
  trimValues: false,
  ignoreAttributes: true,
  removeNSPrefix: true,
  processEntities: true,
  // Anything that can occur more than once in a request body.
  isArray: (name) => name === "Object" || name === "Part",
});

/** The content of the root element of a request body. Throws MalformedXML. */
export function parseXml(text: string, root: string): unknown {
  let document: unknown;
  try {
    document = parser.parse(text, true);
  } catch {
    throw malformedXml();
  }
  if (typeof document !== "object" || document === null || !(root in document)) {
    throw malformedXml();
  }
  return (document as Record<string, unknown>)[root];
}

export function malformedXml(): AwsFault {
  return new AwsFault(
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
  );
}
