/** What a reader can do with single cells: open long text, see JSON laid out. */
import { indentJson } from "../views/text/indent-json.ts";
import { all, element } from "./dom.ts";

export function foldLongText(): void {
  document.addEventListener("click", (event) => {
    const folded = (event.target as Element).closest(".long");
    // Selecting text in an open cell must not close it.
    if (folded && getSelection()?.isCollapsed !== false) folded.classList.toggle("open");
  });
}

/** JSON takes one line in its cell; a button before it shows it laid out. */
export function prettyPrintJson(): void {
  const pop = element("div", { class: "pop json-pop", popover: true });
  const shown = element("pre", { class: "json-text" });
  pop.append(shown);
  for (const cell of all(".rows-and-columns td.type-str")) {
    const text = cell.textContent.trim();
    if (!/^[[{][\s\S]*[\]}]$/.test(text) || cell.querySelector("a")) continue;
    const laidOut = layOut(text);
    if (laidOut === null) continue;
    const button = element(
      "button",
      { type: "button", class: "plain json-toggle", "aria-label": "Lay out as JSON" },
      "{ }",
    );
    button.popoverTargetElement = pop;
    // Before the browser opens what the button is for.
    button.addEventListener("click", () => {
      shown.textContent = laidOut;
    });
    cell.classList.add("json");
    cell.prepend(button);
    if (!pop.isConnected) document.body.append(pop);
  }
}

/** Null where the text is no JSON, or where laying it out would change nothing. */
function layOut(text: string): string | null {
  try {
    const laidOut = indentJson(text);
    return laidOut.includes("\n") ? laidOut : null;
  } catch {
    return null;
  }
}
