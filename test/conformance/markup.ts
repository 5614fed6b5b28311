/**
 * A reader of well-formed HTML, as the pages write it: enough to look at what is on a page. Not a
 * browser's parser: an element that is not closed is an error.
 */
export interface ElementNode {
  tag: string;
  attributes: ReadonlyMap<string, string>;
  children: (ElementNode | string)[];
  parent: ElementNode | null;
}

const VOID = new Set([
  "area",
  "base",
  "br",
  "col",
  "embed",
  "hr",
  "img",
  "input",
  "link",
  "meta",
  "wbr",
]);
/** Elements whose content is text, whatever it looks like. */
const TEXT_ONLY = new Set(["script", "style", "textarea", "title"]);

const TAG =
  /<(?:!--[\s\S]*?--|!doctype[^>]*|(\/?)([a-z][a-z0-9-]*)((?:\s+[^\s"'<>=/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>=]+))?)*)\s*\/?)>/giy;
const ATTRIBUTE = /([^\s"'<>=/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>=]+)))?/g;

export function parseMarkup(markup: string): ElementNode {
  const root: ElementNode = { tag: "#root", attributes: new Map(), children: [], parent: null };
  let open = root;
  let at = 0;
  const addText = (text: string): void => {
    if (text !== "") open.children.push(decodeEntities(text));
  };
  while (at < markup.length) {
    const next = TEXT_ONLY.has(open.tag)
      ? markup.toLowerCase().indexOf(`</${open.tag}`, at)
      : markup.indexOf("<", at);
    addText(markup.slice(at, next < 0 ? markup.length : next));
    if (next < 0) break;
    TAG.lastIndex = next;
    const tag = TAG.exec(markup);
    if (!tag) throw new Error(`Not a tag: ${markup.slice(next, next + 60)}`);
    at = TAG.lastIndex;
    const [, slash, rawName, attributes] = tag;
    if (rawName === undefined) continue;
    const name = rawName.toLowerCase();
    if (slash === "/") {
      if (open.tag !== name) throw new Error(`</${name}> closes <${open.tag}>`);
      open = open.parent!;
      continue;
    }
    const element = {
      tag: name,
      attributes: parseAttributes(attributes!),
      children: [],
      parent: open,
    };
    open.children.push(element);
    if (VOID.has(name)) continue;
    open = element;
    // The first line feed in these is layout, not content.
    if ((name === "textarea" || name === "pre") && markup[at] === "\n") at += 1;
  }
  if (open !== root) throw new Error(`<${open.tag}> is not closed`);
  return root;
}

function parseAttributes(text: string): Map<string, string> {
  return new Map(
    [...text.matchAll(ATTRIBUTE)].map(([, name, double, single, bare]) => [
      name!.toLowerCase(),
      decodeEntities(double ?? single ?? bare ?? ""),
    ]),
  );
}

const ENTITIES: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
  hellip: "…",
};

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|([a-z]+));/gi, (entity, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? entity;
    return String.fromCodePoint(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal));
  });
}

/** Every element below `root` for which `test` holds, in document order. */
export function elements(
  root: ElementNode,
  test: (element: ElementNode) => boolean,
): ElementNode[] {
  return root.children.flatMap((child) =>
    typeof child === "string" ? [] : [...(test(child) ? [child] : []), ...elements(child, test)],
  );
}

/**
 * Elements matching a selector of the simple kind: `tag`, `.class`, `#id`, `tag.class`, and several of
 * these separated by spaces.
 */
export function select(root: ElementNode, selector: string): ElementNode[] {
  let found = [root];
  for (const part of selector.split(" ")) {
    found = [
      ...new Set(found.flatMap((element) => elements(element, (inner) => matches(inner, part)))),
    ];
  }
  return found;
}

function matches({ tag, attributes }: ElementNode, selector: string): boolean {
  const [, wantedTag, ids = "", classes = ""] = /^([a-z0-9]*)((?:#[\w-]+)?)((?:\.[\w-]+)*)$/.exec(
    selector,
  )!;
  const own = (attributes.get("class") ?? "").split(/\s+/);
  return (
    (wantedTag === "" || wantedTag === tag) &&
    (ids === "" || attributes.get("id") === ids.slice(1)) &&
    classes
      .split(".")
      .filter(Boolean)
      .every((name) => own.includes(name))
  );
}

/** The text inside, as it is. */
export function rawText(node: ElementNode | string): string {
  return typeof node === "string" ? node : node.children.map(rawText).join("");
}

/** The text inside, stripped, each run of white space one space. */
export function textOf(node: ElementNode | string): string {
  return rawText(node)
    .replace(/[\s\u00a0]+/g, " ")
    .trim();
}

/** The elements after this one with the same parent. */
export function following(element: ElementNode): ElementNode[] {
  const siblings = element.parent!.children.filter((child) => typeof child !== "string");
  return siblings.slice(siblings.indexOf(element) + 1);
}
