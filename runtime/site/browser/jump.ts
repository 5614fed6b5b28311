/** The jump menu: type a few letters, go to a database, table, view or query. */
import { all, element } from "./dom.ts";

interface Match {
  name: string;
  url: string;
  type: string;
}

let dialog: HTMLDialogElement | null = null;

/** `url` is the address of the jump API. */
export function openJumpMenu(url: string): void {
  dialog ??= makeDialog(url);
  dialog.showModal();
  const input = dialog.querySelector("input")!;
  input.select();
  input.dispatchEvent(new Event("input"));
}

function makeDialog(url: string): HTMLDialogElement {
  const input = element("input", {
    type: "search",
    role: "combobox",
    placeholder: "Database, table or query",
    "aria-label": "Jump to a database, table or query",
    "aria-controls": "jump-list",
    "aria-expanded": "true",
    autocomplete: "off",
    spellcheck: "false",
  });
  const list = element("ul", { id: "jump-list", role: "listbox", "aria-label": "Matches" });
  const made = element("dialog", { class: "jump", "aria-label": "Jump to" }, input, list);
  document.body.append(made);

  let latest = 0;
  const update = async (): Promise<void> => {
    const mine = ++latest;
    const matches = await find(url, input.value);
    // An answer that is overtaken by a later one is not shown.
    if (mine === latest) show(matches, list, input);
  };
  input.addEventListener("input", () => void update());
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1, list, input);
    } else if (event.key === "Enter") {
      event.preventDefault();
      list.querySelector<HTMLAnchorElement>("[aria-selected=true] a")?.click();
    }
  });
  made.addEventListener("click", (event) => {
    if (event.target === made) made.close();
  });
  return made;
}

async function find(url: string, text: string): Promise<Match[]> {
  const address = new URL(url, location.href);
  address.searchParams.set("q", text);
  const response = await fetch(address);
  const answer = (await response.json()) as { matches?: Match[] };
  return answer.matches ?? [];
}

function show(matches: Match[], list: HTMLElement, input: HTMLInputElement): void {
  list.replaceChildren(
    ...matches
      .slice(0, 20)
      .map((match, at) =>
        element(
          "li",
          { role: "option", id: `jump-${at}`, "aria-selected": String(at === 0) },
          element("a", { href: match.url, tabindex: "-1" }, match.name),
          element("span", { class: "soft" }, match.type),
        ),
      ),
  );
  if (matches.length === 0) list.append(element("li", { class: "soft" }, "Nothing has that name."));
  point(input, list);
}

function move(by: number, list: HTMLElement, input: HTMLInputElement): void {
  const options = all("[role=option]", list);
  if (options.length === 0) return;
  const at = options.findIndex((option) => option.ariaSelected === "true");
  options[at]!.ariaSelected = "false";
  const next = options[(at + by + options.length) % options.length]!;
  next.ariaSelected = "true";
  next.scrollIntoView({ block: "nearest" });
  point(input, list);
}

function point(input: HTMLInputElement, list: HTMLElement): void {
  const selected = list.querySelector("[aria-selected=true]");
  if (selected) input.setAttribute("aria-activedescendant", selected.id);
  else input.removeAttribute("aria-activedescendant");
}
