/** The card of a chosen point: what is in its row, and the way to its page. */
import { element } from "./dom.ts";
import { type Card, fetchCards, type Place } from "./map-data.ts";

/** More rows than this in one place are not all shown. */
const MOST = 10;

/** Fills `host` with cards of these rows, or empties it where there are none. `hasFocus`: it takes the focus. */
export async function showCards(
  host: HTMLElement,
  place: Place,
  numbers: readonly number[],
  { hasFocus, onClose }: { hasFocus: boolean; onClose: () => void },
): Promise<void> {
  host.hidden = numbers.length === 0;
  host.replaceChildren();
  if (numbers.length === 0) return;
  const close = element("button", { type: "button", class: "plain card-close" }, "Close");
  close.addEventListener("click", onClose);
  const title = numbers.length === 1 ? "" : `${numbers.length.toLocaleString("en")} rows are here`;
  const status = element("p", { class: "card-title" }, title || "Loading …");
  host.append(close, status);
  if (hasFocus) close.focus({ preventScroll: true });
  try {
    const cards = await fetchCards(place, numbers.slice(0, MOST));
    // Another point may have been chosen meanwhile.
    if (!status.isConnected) return;
    host.append(...cards.map(cardOf));
    if (numbers.length > cards.length) {
      host.append(element("p", { class: "soft" }, `The first ${cards.length} of them.`));
    }
    if (title === "") status.remove();
    if (hasFocus) (host.querySelector<HTMLElement>("a") ?? close).focus({ preventScroll: true });
  } catch (error) {
    status.textContent = error instanceof Error ? error.message : String(error);
  }
}

function cardOf({ title, href, values }: Card): HTMLElement {
  const name = title ?? "Row";
  const heading = element("h3", {}, href === null ? name : element("a", { href }, name));
  const list = element("dl");
  for (const { column, value } of values) {
    list.append(element("dt", {}, column), element("dd", {}, value));
  }
  return element("article", { class: "map-card" }, heading, list);
}
