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

/** Puts a button beside values that are JSON objects or arrays; it lays the value out. */
export function prettyPrintJson(): void {
  for (const cell of all(".rows-and-columns td.type-str")) {
    const text = cell.textContent.trim();
    if (!/^[[{][\s\S]*[\]}]$/.test(text) || cell.querySelector("a, pre")) continue;
    const laidOut = layOut(text);
    if (laidOut === null) continue;
    const button = element(
      "button",
      {
        type: "button",
        class: "plain json-toggle",
        "aria-pressed": "false",
        title: "Lay out as JSON",
      },
      "{ }",
    );
    const original = [...cell.childNodes];
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-pressed") === "false";
      button.setAttribute("aria-pressed", String(open));
      cell.replaceChildren(button, ...(open ? [element("pre", {}, laidOut)] : original));
      button.focus();
    });
    cell.prepend(button);
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
