/**
 * Properties that a user sets in the templates (`--set`). The template carries what was set in its
 * metadata, so that a later run without the option keeps it, as it keeps parameters. Pure.
 */

import { type Document, isMap, isScalar, parseDocument } from "yaml";
import type { Role } from "../stacks/roles.ts";

/** By `Resource.Property.Below`. */
export type Overrides = Readonly<Record<string, unknown>>;

const RECORD = ["Metadata", "dsl", "set"];

/** What was set in a template that is deployed; `text` may be empty, or anybody's. */
export function overridesIn(text: string): Overrides {
  const record = parseDocument(text, { logLevel: "silent" }).getIn(RECORD, true);
  return isMap(record) ? (record.toJSON() as Overrides) : {};
}

/** Both, the later counting; null takes back what was set there and below. */
export function mergeOverrides(deployed: Overrides, wanted: Overrides): Overrides {
  const replaced = Object.keys(wanted);
  const kept = Object.entries(deployed).filter(
    ([path]) => !replaced.some((other) => path === other || path.startsWith(`${other}.`)),
  );
  const set = Object.entries(wanted).filter(([, value]) => value !== null);
  return Object.fromEntries([...kept, ...set]);
}

/** The template with the properties as they are set; comments and everything else stay. */
export function withOverrides(template: string, overrides: Overrides): string {
  const paths = Object.keys(overrides);
  if (paths.length === 0) return template;
  const document = parseDocument(template, { logLevel: "silent" });
  for (const path of paths) {
    const [resource = "", ...property] = path.split(".");
    const at = ["Resources", resource, "Properties", ...property.map(positionOrName)];
    document.setIn(at, document.createNode(overrides[path]));
  }
  document.setIn(RECORD, document.createNode(overrides));
  return document.toString({ lineWidth: 0 });
}

/** What the user should be told each time, because it is in no template of dsl. */
export function overrideNotes(role: Role, overrides: Overrides): string[] {
  return Object.entries(overrides).map(
    ([path, value]) => `Set in the ${role} stack: ${path} = ${JSON.stringify(value)}`,
  );
}

/** The parameter that a property of the template is set to as a whole; null: it is something else. */
export function parameterAt(template: string, path: string): string | null {
  const [resource = "", ...property] = path.split(".");
  const at = ["Resources", resource, "Properties", ...property.map(positionOrName)];
  const node = read(template).getIn(at, true);
  return isScalar(node) && node.tag === "!Ref" ? String(node.value) : null;
}

/** The resources of a template with their types. */
export function resourceTypes(template: string): Map<string, string> {
  const resources = read(template).get("Resources");
  if (!isMap(resources)) return new Map();
  return new Map(
    resources.items.map(({ key, value }) => [
      String(key),
      isMap(value) ? String(value.get("Type")) : "",
    ]),
  );
}

/** Templates as they were read; few, and asked again and again. */
const documents = new Map<string, Document>();

/** To look at only. */
function read(template: string): Document {
  const known = documents.get(template) ?? parseDocument(template, { logLevel: "silent" });
  documents.set(template, known);
  return known;
}

function positionOrName(step: string): string | number {
  return /^\d+$/.test(step) ? Number(step) : step;
}
