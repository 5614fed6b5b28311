/** A menu below a button: one at a time, closed by Escape or a click elsewhere, gone through with arrow keys. */
import { all, element } from "./dom.ts";

let openMenu: { menu: HTMLElement; button: HTMLElement } | null = null;
let isListening = false;

/** Opens the menu of a button, or closes it. `content` are list items. */
export function toggleMenu(
  button: HTMLElement,
  cssClass: string,
  content: () => readonly HTMLElement[],
): void {
  const wasOpen = openMenu?.button === button;
  closeMenu();
  listen();
  if (wasOpen) return;
  const menu = element("ul", { class: `menu ${cssClass}` }, ...content());
  document.body.append(menu);
  const place = button.getBoundingClientRect();
  const left = Math.min(place.left, document.documentElement.clientWidth - menu.offsetWidth - 8);
  menu.style.left = `${Math.max(8, left) + scrollX}px`;
  menu.style.top = `${place.bottom + 4 + scrollY}px`;
  button.setAttribute("aria-expanded", "true");
  openMenu = { menu, button };
  menu.querySelector("a")?.focus({ preventScroll: true });
}

export function closeMenu(): void {
  openMenu?.menu.remove();
  openMenu?.button.setAttribute("aria-expanded", "false");
  openMenu = null;
}

function listen(): void {
  if (isListening) return;
  isListening = true;
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    if (!target.closest(".menu") && !openMenu?.button.contains(target)) closeMenu();
  });
  document.addEventListener("keydown", moveInMenu);
}

function moveInMenu(event: KeyboardEvent): void {
  if (!openMenu) return;
  const { menu, button } = openMenu;
  if (event.key === "Escape") {
    closeMenu();
    button.focus();
    event.preventDefault();
    return;
  }
  // What is typed into a field of the menu is not for the menu.
  if ((event.target as Element).matches("input, .menu button, svg a")) return;
  const links = all<HTMLAnchorElement>("a:not(svg a)", menu);
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  if (event.key === "ArrowDown") links[(at + 1) % links.length]?.focus();
  else if (event.key === "ArrowUp") links.at(at <= 0 ? -1 : at - 1)?.focus();
  else return;
  event.preventDefault();
}
