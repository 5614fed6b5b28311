/** The SQL that was run in this browser, and SQL as an entry of the configuration. */
import { element } from "./dom.ts";

interface Past {
  sql: string;
  /** Path and query of its page. */
  href: string;
  /** ISO 8601. */
  at: string;
}

const KEY = "dsl-queries";
const MOST = 50;

/** On pages with a place for SQL: remembers what was run, and lists what was run before. */
export function offerHistory(): void {
  const field = document.querySelector<HTMLTextAreaElement>("form.sql textarea.sql");
  const row = field?.form?.querySelector(".form-row");
  if (!field || !row) return;
  const asked = new URLSearchParams(location.search).get("sql");
  if (asked && !field.dataset.error) remember(asked);
  if (past().length > 0) row.append(...historyTool());
  const copy = element("button", { type: "button" }, "Copy as YAML");
  copy.addEventListener("click", () => {
    const yaml = asYaml(field.value);
    void navigator.clipboard.writeText(yaml).then(
      () => {
        copy.textContent = "Copied";
      },
      () => window.prompt("Copy this", yaml),
    );
  });
  row.append(copy);
}

/** What `queries:` of a database takes; a block, so that nothing in the SQL means anything in YAML. */
export function asYaml(sql: string): string {
  const lines = sql.trim().replace(/\r\n?/g, "\n").replaceAll("\t", "    ").split("\n");
  const block = lines.map((line) => (line.trim() === "" ? "" : `      ${line}`));
  // The first line of a block may not begin with a space unless its depth is said.
  return `queries:\n  my_query:\n    title: My query\n    sql: |2-\n${block.join("\n")}\n`;
}

/** The newest first, each once. */
export function withNewest(known: readonly Past[], newest: Past): Past[] {
  return [newest, ...known.filter(({ sql }) => sql !== newest.sql)].slice(0, MOST);
}

function remember(sql: string): void {
  const href = location.pathname + location.search;
  write(withNewest(past(), { sql, href, at: new Date().toISOString() }));
}

function past(): Past[] {
  try {
    const known: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(known) ? known.filter(isPast) : [];
  } catch {
    // Readers may forbid it.
    return [];
  }
}

/** Only pages of this site are linked to, whatever is in the store. */
function isPast(value: unknown): value is Past {
  const { sql, href } = (value ?? {}) as Partial<Past>;
  return typeof sql === "string" && typeof href === "string" && /^\/(?!\/)/.test(href);
}

function write(known: readonly Past[]): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(known));
  } catch {
    // Then there is no history.
  }
}

function historyTool(): HTMLElement[] {
  const list = element("ul", { class: "past-queries" });
  for (const { sql, href, at } of past()) {
    const link = element("a", { href, title: sql }, sql.replace(/\s+/g, " ").slice(0, 120));
    list.append(element("li", {}, link, " ", element("small", {}, at?.slice(0, 10) ?? "")));
  }
  const forget = element("button", { type: "button", class: "plain" }, "Forget all");
  const menu = element(
    "div",
    { class: "pop", id: "query-history", popover: true, role: "group", "aria-label": "History" },
    list,
    forget,
  );
  const button = element(
    "button",
    { type: "button", class: "icon-history", popovertarget: "query-history" },
    "History",
  );
  forget.addEventListener("click", () => {
    write([]);
    menu.remove();
    button.remove();
  });
  return [button, menu];
}
