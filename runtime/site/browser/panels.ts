/**
 * Buttons for the pictures of the rows shown: a chart and, where there are coordinates, a map. The
 * panel's code is loaded when it is first opened, or when the address asks for it (`#chart=…`).
 */

import { coordinateColumns } from "../queries/position-columns.ts";
import { all, element } from "./dom.ts";

type Panel = { open(host: HTMLElement): Promise<void> };

export function offerPanels(): void {
  const place = document.querySelector<HTMLElement>(".panel-buttons");
  const table = document.querySelector(".rows-and-columns tbody tr");
  if (!place || !table) return;
  offer(place, "Chart", "chart", () => import("./chart.ts"));
  const columns = all(".rows-and-columns th[data-column]").map((header) => header.dataset.column!);
  if (coordinateColumns(columns) || hasGeometry())
    offer(place, "Map", "map", () => import("./map.ts"));
}

/** Whether a value on the page looks like GeoJSON. */
function hasGeometry(): boolean {
  const geometry =
    /\{\s*"type"\s*:\s*"(Feature|(Multi)?(Point|LineString|Polygon)|GeometryCollection)"/;
  return all(".rows-and-columns td.type-str").some((cell) => geometry.test(cell.textContent));
}

function offer(place: HTMLElement, label: string, name: string, load: () => Promise<Panel>): void {
  const panel = element("section", {
    class: `panel ${name}-panel`,
    "aria-label": label,
    hidden: true,
  });
  const button = element(
    "button",
    { type: "button", class: `tool icon-${name}`, "aria-expanded": "false" },
    label,
  );
  let isFilled = false;
  const toggle = async (): Promise<void> => {
    panel.hidden = !panel.hidden;
    button.setAttribute("aria-expanded", String(!panel.hidden));
    if (panel.hidden) history.replaceState(history.state, "", location.pathname + location.search);
    if (panel.hidden || isFilled) return;
    isFilled = true;
    const { open } = await load();
    await open(panel);
  };
  button.addEventListener("click", () => void toggle());
  place.append(button);
  document.querySelector(".table-wrapper")!.before(panel);
  const isAlone = document.body.classList.contains(`embed-${name}`);
  if (isAlone || location.hash.startsWith(`#${name}`)) void toggle();
  addEventListener(`${name}-asked`, () => {
    panel.hidden = true;
    isFilled = false;
    void toggle();
  });
}
