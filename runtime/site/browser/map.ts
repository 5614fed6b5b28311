/**
 * The map panel: where all rows of the page's filters, or of its query, are, on a built-in outline of the
 * world or on tiles. What it shows is part of the address: `#map=ZOOM/LATITUDE/LONGITUDE&row=NUMBER`.
 */
import { element } from "./dom.ts";
import { showCards } from "./map-card.ts";
import {
  drawable,
  fetchMap,
  type MapAnswer,
  type Place,
  type Point,
  spotsOf,
  whatIsShown,
} from "./map-data.ts";
import { drawMap } from "./map-drawing.ts";
import { byKey, letMove } from "./map-gestures.ts";
import { readView, type Size, type Spot, type View, viewOf, writeView } from "./map-view.ts";
import { svgElement } from "./svg.ts";

interface State {
  view: View | null;
  /** Numbers of rows. */
  chosen: readonly number[];
  place: Place | null;
}

export async function open(panel: HTMLElement): Promise<void> {
  const state = readState(location.hash);
  const status = element(
    "p",
    { class: "soft map-status", role: "status" },
    "Looking for positions …",
  );
  panel.replaceChildren(status);
  try {
    const answer = await fetchMap(state.place);
    if (answer.place === null) throw new Error("None of the columns says where something is.");
    fill(panel, status, answer, { ...state, place: answer.place });
  } catch (error) {
    status.textContent = error instanceof Error ? error.message : String(error);
  }
}

function fill(
  panel: HTMLElement,
  status: HTMLElement,
  answer: MapAnswer,
  state: State & { place: Place },
): void {
  status.textContent = whatIsShown(answer);
  const { spots, shapes } = drawable(answer);
  const everything: Spot[] = [
    ...spots,
    ...shapes.flatMap(({ geometry }) => [...spotsOf(geometry)]),
  ];
  const width = Math.max(280, panel.clientWidth - 32);
  const size: Size = { width, height: Math.min(560, Math.max(320, width / 2)) };
  const svg = svgElement("svg", {
    viewBox: `0 0 ${size.width} ${size.height}`,
    class: "map",
    role: "group",
    tabindex: 0,
    "aria-label": "Map. Arrow keys move it, plus and minus zoom; Tab leads to its points.",
  });
  const layers = svgElement("g");
  svg.append(layers);
  const cards = element("div", { class: "map-cards", hidden: true, "aria-live": "polite" });
  let view = state.view ?? viewOf(everything, size);
  let { chosen } = state;

  const draw = (): void => {
    const had = layers.contains(document.activeElement);
    layers.replaceChildren(...drawMap(view, size, { spots, shapes, chosen, choose, part }));
    if (had) svg.focus({ preventScroll: true });
    writeState({ view, chosen, place: answer.places.length > 1 ? state.place : null });
  };
  const setView = (next: View): void => {
    view = next;
    draw();
  };
  const choose = (numbers: readonly number[], hasFocus: boolean): void => {
    chosen = numbers;
    draw();
    const onClose = () => {
      choose([], false);
      svg.focus({ preventScroll: true });
    };
    void showCards(cards, state.place, numbers, { hasFocus, onClose });
  };
  const part = (points: readonly Point[]): void => {
    const closer = viewOf(points, size);
    setView({ ...closer, scale: Math.max(closer.scale, view.scale * 1.6) });
  };
  cards.addEventListener("keydown", (event) => {
    if (event.key === "Escape") cards.querySelector<HTMLElement>(".card-close")?.click();
  });
  const frame = element("div", { class: "map-frame" }, svg, cards);
  const buttons = toolbar({
    zoomIn: () => setView(byKey("+", view, size)!),
    zoomOut: () => setView(byKey("-", view, size)!),
    all: () => setView(viewOf(everything, size)),
  });
  if (answer.places.length > 1) buttons.append(placeField(answer.places, state.place, panel));
  panel.append(frame, buttons, attribution());
  letMove({ svg, layers, size, view: () => view, setView });
  draw();
  if (chosen.length > 0) choose(chosen, false);
}

function toolbar(acts: { zoomIn(): void; zoomOut(): void; all(): void }): HTMLElement {
  const bar = element("p", { class: "form-row" });
  const add = (label: string, text: string, act: () => void): void => {
    const button = element("button", { type: "button", "aria-label": label }, text);
    button.addEventListener("click", act);
    bar.append(button);
  };
  add("Zoom in", "+", acts.zoomIn);
  add("Zoom out", "−", acts.zoomOut);
  add("Show all", "All", acts.all);
  return bar;
}

/** Where rows have several positions, such as a point and a shape. */
function placeField(places: readonly Place[], shown: Place, panel: HTMLElement): HTMLElement {
  const select = element("select");
  for (const place of places) {
    const name = nameOf(place);
    select.append(element("option", { selected: name === nameOf(shown) }, name));
  }
  select.addEventListener("change", () => {
    writeState({ view: null, chosen: [], place: places[select.selectedIndex]! });
    void open(panel);
  });
  return element("label", {}, "Position: ", select);
}

function nameOf(place: Place): string {
  return Object.values(place).join(", ");
}

const PLACE_KEYS = ["latitude", "longitude", "geometry"];

function readState(fragment: string): State {
  const kept = new URLSearchParams(fragment.slice(1));
  const place = PLACE_KEYS.flatMap((key) => {
    const column = kept.get(key);
    return column ? [[key, column]] : [];
  });
  const rows = kept.get("row") ?? "";
  return {
    view: readView(kept.get("map")),
    chosen: /^\d+(,\d+)*$/.test(rows) ? rows.split(",").map(Number) : [],
    place: place.length === 0 ? null : Object.fromEntries(place),
  };
}

/** More rows in one place are not all named. */
const MOST_NAMED = 10;

function writeState({ view, chosen, place }: State): void {
  const kept = new URLSearchParams(Object.entries(place ?? {}));
  if (chosen.length > 0) kept.set("row", chosen.slice(0, MOST_NAMED).join(","));
  // Slashes and commas mean nothing in a fragment.
  const rest = `${kept}`.replaceAll("%2C", ",");
  const shown = view === null ? "#map" : `#map=${writeView(view)}`;
  history.replaceState(history.state, "", rest === "" ? shown : `${shown}&${rest}`);
}

function attribution(): HTMLElement {
  const text = document.body.dataset.mapAttribution ?? "Outline: Natural Earth";
  return element("p", { class: "soft map-attribution" }, text);
}
