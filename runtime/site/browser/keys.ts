/** Keys: `/` opens the jump menu, `n` and `p` (or →, ←) go through the pages of rows. */
import { isTyping } from "./dom.ts";
import { openJumpMenu } from "./jump.ts";

export function listenToKeys(): void {
  const opener = document.querySelector<HTMLButtonElement>(".jump-open");
  if (opener) {
    opener.hidden = false;
    opener.addEventListener("click", () => openJumpMenu(opener.dataset.url!));
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "/" && opener) {
      event.preventDefault();
      openJumpMenu(opener.dataset.url!);
    } else if (event.key === "n" || event.key === "ArrowRight") {
      turnPage(event, "a[rel~=next]");
    } else if (event.key === "p" || event.key === "ArrowLeft") {
      turnPage(event, "a[rel~=prev]");
    }
  });
}

function turnPage(event: KeyboardEvent, selector: string): void {
  // Arrow keys scroll a wide table first.
  if (event.key.startsWith("Arrow") && (event.target as Element).closest(".table-wrapper, ul"))
    return;
  const link = document.querySelector<HTMLAnchorElement>(selector);
  if (link) link.click();
  else if (selector.includes("prev") && new URLSearchParams(location.search).has("_next")) {
    history.back();
  }
}
