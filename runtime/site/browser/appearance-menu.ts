/** Switches for scheme and density, in the bar at the top; remembered in the browser. */
import { element } from "./dom.ts";

const SWITCHES: readonly [name: string, label: string, choices: readonly [string, string][]][] = [
  [
    "theme",
    "Colours",
    [
      ["", "as the system"],
      ["light", "light"],
      ["dark", "dark"],
    ],
  ],
  [
    "density",
    "Rows",
    [
      ["", "roomy"],
      ["compact", "close together"],
    ],
  ],
];

export function offerAppearance(): void {
  const bar = document.querySelector(".hd");
  if (!bar) return;
  const menu = element(
    "div",
    { class: "pop appearance", id: "appearance", popover: true, role: "group" },
    ...SWITCHES.map((each) => switchOf(...each)),
  );
  menu.ariaLabel = "Appearance";
  const button = element("button", {
    type: "button",
    class: "tool icon-display",
    popovertarget: "appearance",
    "aria-label": "Appearance",
    title: "Appearance",
  });
  bar.append(button, menu);
}

function switchOf(
  name: string,
  label: string,
  choices: readonly (readonly [string, string])[],
): HTMLElement {
  const now = document.documentElement.dataset[name] ?? "";
  const options = choices.map(([value, text]) => {
    const input = element("input", { type: "radio", name, value, checked: value === now });
    input.addEventListener("change", () => choose(name, value));
    return element("label", {}, input, text);
  });
  return element("fieldset", {}, element("legend", {}, label), ...options);
}

function choose(name: string, value: string): void {
  if (value) document.documentElement.dataset[name] = value;
  else delete document.documentElement.dataset[name];
  try {
    if (value) localStorage.setItem(`dsl-${name}`, value);
    else localStorage.removeItem(`dsl-${name}`);
  } catch {
    // It holds for this page, then.
  }
}
