/**
 * What is on an HTML page, under the names of the corpus: see "HTML facts" in the corpus's README.
 * Facts that a page does not have are absent.
 */
import {
  type ElementNode,
  elements,
  following,
  parseMarkup,
  rawText,
  select,
  textOf,
} from "./markup.ts";

export type Facts = Record<string, unknown>;

export function htmlFacts(markup: string): Facts {
  const root = parseMarkup(markup);
  const body = select(root, "body")[0]!;
  const facts: Facts = {
    title: text(select(root, "title")[0]),
    h1: text(select(body, "h1")[0]),
    crumbs: links(body, ".crumbs a"),
    alternate: alternate(root),
    error: errorText(body),
    ...tableFacts(body),
    ...queryFacts(body),
    ...listFacts(body),
    description: text(select(body, ".metadata-description")[0]),
    definition: all(body, "pre.wrapped-sql", verbatim),
    schemas: hasClass(body, "schema") ? all(body, "pre code", verbatim) : undefined,
    json: hasClass(body, "show-json") ? JSON.parse(rawText(select(body, "pre")[0]!)) : undefined,
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

function tableFacts(body: ElementNode): Facts {
  const sentence = select(body, "h3")
    .map(textOf)
    .map((line) => /^(>?[\d,]+) rows?\b\s*(.*)$/.exec(line))
    .find(Boolean);
  const rest = sentence?.[2]?.replace(/^count all\s*/, "");
  const table = select(body, "table").find((candidate) => select(candidate, "thead").length > 0);
  const form = select(body, "form.filters")[0];
  const exportForm = select(body, "#export form")[0];
  return {
    row_count: sentence?.[1],
    human_description: rest === "" ? undefined : rest,
    columns: table && select(table, "thead th").map(header),
    rows: table && select(table, "tbody tr").map(row),
    rows_shown: table && select(table, "tbody tr").length,
    zero_results: text(select(body, ".zero-results")[0]),
    filter_form: form && formFacts(form),
    next: form && (links(body, "a").find(([label]) => label === "Next page")?.[1] ?? null),
    facets: form && select(body, ".facet-info").map(facet),
    suggested_facets: form && links(body, ".suggested-facets a"),
    extra_wheres: all(body, ".extra-wheres li", (item) => [
      textOf(select(item, "code")[0]!),
      href(select(item, "a")[0]!),
    ]),
    view_and_edit_sql: links(body, "a").find(([label]) => label.includes("View and edit SQL"))?.[1],
    export_links: exportLinks(body),
    export_form: exportForm && formFacts(exportForm),
    export_shapes: exportForm && links(body, "#export p a"),
  };
}

function queryFacts(body: ElementNode): Facts {
  const form = select(body, "form.sql")[0];
  const returning = select(body, "h3")
    .map(textOf)
    .map((line) => /returning (?:more than )?([\d,]+) rows?/.exec(line)?.[1])
    .find(Boolean);
  return {
    returning,
    show_hide_sql: links(body, ".show-hide-sql a")[0],
    sql_form: form && { ...formFacts(form), method: form.attributes.get("method") },
    sql_text: form && text(select(form, "pre#sql-query")[0]),
    edit_sql: links(body, "a.stored-query-edit-sql")[0]?.[1],
  };
}

function listFacts(body: ElementNode): Facts {
  const heading = (name: string) => select(body, "h2").find((h2) => textOf(h2) === name);
  const list = (h2: ElementNode | undefined) => h2 && following(h2).find(({ tag }) => tag === "ul");
  const listLinks = (h2: ElementNode | undefined) => list(h2) && links(list(h2)!, "a");
  const queries = heading("Queries");
  const more = list(queries) && following(list(queries)!)[0];
  const incoming = list(heading("Links from other tables"));
  return {
    queries: listLinks(queries),
    queries_more: more?.tag === "p" ? links(more, "a")[0] : undefined,
    tables: all(body, ".db-table", databaseTable),
    views: listLinks(heading("Views")),
    hidden_tables: links(body, "a").find(([, target]) => target.includes("_show_hidden")),
    download: links(body, ".download-sqlite a")[0]?.[1],
    databases: hasClass(body, "index") ? select(body, "h2").map(databaseSummary) : undefined,
    foreign_key_links:
      incoming && select(incoming, "li").map((item) => [textOf(item), href(select(item, "a")[0]!)]),
    column_descriptions: columnDescriptions(body),
  };
}

function errorText(body: ElementNode): string | undefined {
  const message = text(select(body, ".message-error")[0]);
  if (!hasClass(body, "error")) return message;
  const content = select(body, "section.content")[0]!;
  return text(elements(content, ({ tag }) => tag === "div" || tag === "p")[0]);
}

function header(cell: ElementNode): unknown[] {
  const name = textOf(cell);
  const mark = name.endsWith("▼") ? "asc" : name.endsWith("▲") ? "desc" : null;
  const link = select(cell, "a")[0];
  return [name.replace(/\s*[▼▲]$/, ""), link ? href(link) : null, mark];
}

function row(element: ElementNode): unknown[] {
  return select(element, "td").map((cell) => [textOf(cell), select(cell, "a").map(href)]);
}

function formFacts(form: ElementNode): Facts {
  const fields = elements(
    form,
    ({ tag, attributes }) => /^(input|select|textarea)$/.test(tag) && attributes.has("name"),
  );
  return { action: local(form.attributes.get("action")!), fields: fields.map(field) };
}

function field(element: ElementNode): Facts {
  const { tag, attributes } = element;
  const name = attributes.get("name")!;
  if (tag === "textarea") return { name, kind: tag, value: rawText(element).trim() };
  if (tag === "select") {
    const options = select(element, "option");
    const value = (option: ElementNode) => option.attributes.get("value") ?? textOf(option);
    const selected = options.find((option) => option.attributes.has("selected"));
    return {
      name,
      kind: tag,
      options: options.map(value),
      selected: selected ? value(selected) : null,
    };
  }
  const kind = attributes.get("type") ?? "text";
  if (kind === "checkbox") {
    return {
      name,
      kind,
      value: attributes.get("value") ?? null,
      checked: attributes.has("checked"),
    };
  }
  return { name, kind, value: attributes.get("value") ?? "" };
}

function facet(element: ElementNode): Facts {
  const heading = select(element, ".facet-info-name")[0]!;
  const total = textOf(select(heading, ".facet-info-total")[0]!);
  const name = textOf(select(heading, "strong")[0]!);
  const more = select(element, "li.facet-truncated a")[0];
  const values = select(element, "ul li").filter((item) => !hasClass(item, "facet-truncated"));
  const hide = select(heading, "a.cross")[0];
  return {
    name: name.slice(0, name.length - total.length).trim(),
    total,
    hide: hide ? href(hide) : null,
    values: values.map(facetValue),
    more: more ? href(more) : null,
  };
}

function facetValue(item: ElementNode): Facts {
  const cross = select(item, "a.cross")[0];
  const count = textOf(select(item, ".facet-count")[0]!);
  const link = select(item, "a")[0]!;
  const first = item.children.find((child) => typeof child !== "string")!;
  return { label: textOf(first), count, href: href(cross ?? link), selected: cross !== undefined };
}

function databaseTable(element: ElementNode): Facts {
  const link = select(element, "h3 a")[0]!;
  const [columns, count] = select(element, "p").map(textOf);
  const hidden = textOf(select(element, "h3")[0]!).includes("(hidden)");
  return { name: textOf(link), href: href(link), hidden, columns, count };
}

function databaseSummary(h2: ElementNode): Facts {
  const [summary, tables] = following(h2).filter(({ tag }) => tag === "p");
  const link = select(h2, "a")[0]!;
  return {
    name: textOf(link),
    href: href(link),
    summary: textOf(summary!),
    tables: links(tables!, "a"),
  };
}

function columnDescriptions(body: ElementNode): [string, string][] | undefined {
  const list = select(body, "dl.column-descriptions")[0];
  if (!list) return undefined;
  const descriptions = select(list, "dd").map(textOf);
  return select(list, "dt")
    .map((term, at): [string, string] => [textOf(term), descriptions[at]!])
    .sort();
}

function exportLinks(body: ElementNode): [string, string][] | undefined {
  const paragraph = select(body, "p").find((candidate) =>
    textOf(candidate).startsWith("This data as"),
  );
  return paragraph && links(paragraph, "a").filter(([, target]) => !target.startsWith("#"));
}

function alternate(root: ElementNode): string | undefined {
  const link = select(root, "link").find(
    ({ attributes }) =>
      attributes.get("rel") === "alternate" &&
      attributes.get("type") === "application/json+datasette",
  );
  return link && href(link);
}

function all<T>(
  root: ElementNode,
  selector: string,
  fact: (element: ElementNode) => T,
): T[] | undefined {
  const found = select(root, selector);
  return found.length === 0 ? undefined : found.map(fact);
}

function links(root: ElementNode, selector: string): [string, string][] {
  return select(root, selector).map((link) => [textOf(link), href(link)]);
}

function href({ attributes }: ElementNode): string {
  return local(attributes.get("href") ?? "");
}

function local(url: string): string {
  return url.replace(/^http:\/\/localhost(?=\/)/, "");
}

function text(element: ElementNode | undefined): string | undefined {
  return element && textOf(element);
}

function verbatim(element: ElementNode): string {
  return rawText(element).trim();
}

function hasClass({ attributes }: ElementNode, name: string): boolean {
  return (attributes.get("class") ?? "").split(/\s+/).includes(name);
}
