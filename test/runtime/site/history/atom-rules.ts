/** What is wrong with an Atom feed by RFC 4287 (https://www.rfc-editor.org/rfc/rfc4287), one sentence each. */
import { SaxesParser } from "saxes";

const ATOM = "http://www.w3.org/2005/Atom";
/** Section 3.3, as RFC 3339 has it. */
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
/** https://www.rfc-editor.org/rfc/rfc4151#section-2.1 */
const TAG = /^tag:[a-z0-9.-]+,\d{4}(-\d\d(-\d\d)?)?:[A-Za-z0-9\-._~%!$&'()*+,;=:@/?]*$/;
const MEDIA_TYPE = /^[a-z]+\/[a-z0-9.+-]+(; ?[a-z-]+=[^;]+)?$/;
const ONCE = {
  feed: ["id", "title", "updated"],
  entry: ["id", "title", "updated"],
};
const AT_MOST_ONCE = {
  feed: ["generator", "icon", "logo", "rights", "subtitle"],
  entry: ["content", "published", "rights", "source", "summary"],
};
const OTHERS = ["author", "category", "contributor", "link"];

export interface AtomElement {
  name: string;
  attributes: Record<string, string>;
  text: string;
  children: AtomElement[];
}

/** Throws where it is no well-formed XML with namespaces. */
export function parseAtom(xml: string): AtomElement {
  const root: AtomElement = { name: "", attributes: {}, text: "", children: [] };
  const open = [root];
  const parser = new SaxesParser({ xmlns: true });
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ local, uri, attributes }) => {
    const name = uri === ATOM ? local : `{${uri}}${local}`;
    const values = Object.values(attributes).map((each) => [each.name, each.value]);
    const element = { name, attributes: Object.fromEntries(values), text: "", children: [] };
    open.at(-1)!.children.push(element);
    open.push(element);
  });
  parser.on("closetag", () => void open.pop());
  parser.on("text", (text) => {
    open.at(-1)!.text += text;
  });
  parser.on("doctype", () => {
    throw new Error("a feed needs no document type");
  });
  parser.write(xml).close();
  return root.children[0]!;
}

export function brokenRules(xml: string, url: string): string[] {
  const feed = parseAtom(xml);
  if (feed.name !== "feed") return [`the document is ${feed.name}, no feed`];
  const entries = childrenOf(feed, "entry");
  const ids = [feed, ...entries].map((each) => childrenOf(each, "id")[0]?.text);
  const times = entries.map((entry) => Date.parse(childrenOf(entry, "updated")[0]?.text ?? ""));
  const updated = Date.parse(childrenOf(feed, "updated")[0]?.text ?? "");
  const hasAuthor = (element: AtomElement) => childrenOf(element, "author").length > 0;
  return [
    ...containerRules(feed, "feed"),
    ...entries.flatMap((entry) => containerRules(entry, "entry")),
    ...(new Set(ids).size === ids.length ? [] : ["two have one id"]),
    ...(hasAuthor(feed) || entries.every(hasAuthor) ? [] : ["somebody must be the author"]),
    ...(times.every((time) => time <= updated) ? [] : ["an entry is newer than the feed"]),
    ...(times.every((time, at) => at === 0 || time <= times[at - 1]!) ? [] : ["not newest first"]),
    ...(linksOf(feed, "self").join() === url ? [] : [`self is ${linksOf(feed, "self")}`]),
    ...entries.flatMap((entry) =>
      linksOf(entry, "alternate").length === 1
        ? []
        : ["an entry without content needs an alternate"],
    ),
  ];
}

export function linksOf(element: AtomElement, rel: string): string[] {
  return childrenOf(element, "link")
    .filter(({ attributes }) => (attributes.rel ?? "alternate") === rel)
    .map(({ attributes }) => attributes.href!);
}

export function childrenOf(element: AtomElement, name: string): AtomElement[] {
  return element.children.filter((child) => child.name === name);
}

function containerRules(element: AtomElement, kind: "feed" | "entry"): string[] {
  const known = [...ONCE[kind], ...AT_MOST_ONCE[kind], ...OTHERS, kind === "feed" ? "entry" : ""];
  const count = (name: string) => childrenOf(element, name).length;
  return [
    ...ONCE[kind]
      .filter((name) => count(name) !== 1)
      .map((name) => `${count(name)} ${name} in ${kind}`),
    ...AT_MOST_ONCE[kind].filter((name) => count(name) > 1).map((name) => `two ${name} in ${kind}`),
    ...element.children
      .filter(({ name }) => !known.includes(name))
      .map(({ name }) => `${name} in ${kind}`),
    ...(element.text.trim() === "" ? [] : [`text in ${kind}`]),
    ...element.children.flatMap(elementRules),
  ];
}

function elementRules({ name, text, attributes, children }: AtomElement): string[] {
  switch (name) {
    case "id":
      return TAG.test(text) ? [] : [`id ${text}`];
    case "updated":
      return DATE.test(text) && !Number.isNaN(Date.parse(text)) ? [] : [`updated ${text}`];
    case "title":
    case "summary":
      return attributes.type === undefined && children.length === 0 && text.trim() !== ""
        ? []
        : [`${name} ${text}`];
    case "author": {
      const names = children.filter((child) => child.name === "name");
      return names.length === 1 && names[0]!.text.trim() !== "" ? [] : ["an author without a name"];
    }
    case "link": {
      const { href = "", type = "text/html" } = attributes;
      const isIri = URL.canParse(href) && new URL(href).href === href;
      return isIri && MEDIA_TYPE.test(type) ? [] : [`link ${href} ${type}`];
    }
    default:
      return [];
  }
}
