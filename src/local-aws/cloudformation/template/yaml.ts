/** Template text to plain data. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type ParsedNode,
  parseDocument,
} from "yaml";
import { validationError } from "./errors.ts";
import { FUNCTIONS, type Json, unsupportedFunction } from "./expression.ts";

/** YAML 1.1 types that CloudFormation reads as plain strings. */
const READ_AS_STRINGS = ["timestamp", "binary", "omap", "pairs", "set", "merge"];

/**
 * Parses a template body, YAML or JSON (which YAML contains). Short forms become long ones:
 * `!Sub x` is `{"Fn::Sub": "x"}`. Throws ValidationError for text that is neither, for a tag that is
 * no short form of an intrinsic function, for aliases, and for a key given twice.
 */
export function parseTemplateText(text: string): Json {
  const document = parseDocument(text, {
    version: "1.1",
    merge: false,
    logLevel: "error",
    customTags: (tags) =>
      tags.filter(
        (tag) => typeof tag === "string" || !READ_AS_STRINGS.includes(shortName(tag.tag)),
      ),
  });
  const problem = document.errors[0];
  if (problem !== undefined) throw notWellFormed(problem);
  return toJson(document.contents, document);
}

function notWellFormed(problem: Document["errors"][number]): Error {
  const position = problem.linePos?.[0];
  const where = position ? ` (line ${position.line}, column ${position.col})` : "";
  const reason = problem.message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "");
  return validationError(`Template format error: YAML not well-formed.${where} ${reason}`);
}

function toJson(node: ParsedNode | Node | null, document: Document): Json {
  if (node === null) return null;
  const tag = isAlias(node) ? undefined : node.tag;
  if (tag?.startsWith("!")) return shortForm(tag.slice(1), node, document);
  return untagged(node, document);
}

function untagged(node: Node, document: Document): Json {
  if (isScalar(node)) return scalar(node.value);
  if (isSeq(node)) return node.items.map((item) => toJson(item as Node | null, document));
  if (isMap(node)) {
    return Object.fromEntries(
      node.items.map(({ key, value }) => [
        isScalar(key) ? (key.source ?? String(key.value)) : String(key),
        toJson(value as Node | null, document),
      ]),
    );
  }
  throw validationError("Template format error: YAML aliases are not allowed in templates");
}

function scalar(value: unknown): Json {
  if (typeof value === "bigint") return String(value);
  return value as string | number | boolean | null;
}

function shortForm(name: string, node: Node, document: Document): Json {
  const argument = isScalar(node) ? (node.source ?? String(node.value)) : untagged(node, document);
  if (name === "Ref" || name === "Condition") return { [name]: argument };
  const long = FUNCTIONS.find((candidate) => candidate === `Fn::${name}`);
  if (long === undefined) throw unsupportedFunction(`Fn::${name}`);
  if (long !== "Fn::GetAtt" || typeof argument !== "string") return { [long]: argument };
  const [resource = "", ...attribute] = argument.split(".");
  return { [long]: [resource, attribute.join(".")] };
}

/** `timestamp` of `tag:yaml.org,2002:timestamp`. */
function shortName(tag: string): string {
  return tag.split(":").at(-1) ?? "";
}
