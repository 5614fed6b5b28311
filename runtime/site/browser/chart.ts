/** The chart panel: bars, lines, points or a histogram of the rows from the first one shown on. */
import { chartFields, readChoice, writeChoice } from "./chart-choice.ts";
import { drawChart } from "./chart-drawing.ts";
import { saveAsPng, saveAsSvg } from "./chart-export.ts";
import { element } from "./dom.ts";
import { mostRows } from "./rows.ts";

export async function open(panel: HTMLElement): Promise<void> {
  const { rows, hasMore } = await mostRows();
  const choice = readChoice(rows, location.hash);
  const figure = element("figure", { class: "chart" });
  const draw = (): void => {
    figure.replaceChildren(drawChart(rows, choice, figure.clientWidth || panel.clientWidth));
  };
  const fields = chartFields(rows, choice, () => {
    history.replaceState(null, "", writeChoice(choice));
    draw();
  });
  const svg = (): SVGSVGElement | null => figure.querySelector("svg");
  const tools = element("p", { class: "form-row" });
  for (const [label, save] of [
    ["SVG", saveAsSvg],
    ["PNG", saveAsPng],
  ] as const) {
    const button = element("button", { type: "button", class: "plain" }, `Save as ${label}`);
    button.addEventListener("click", () => {
      const picture = svg();
      if (picture) void save(picture);
    });
    tools.append(button);
  }
  if (hasMore) {
    const count = rows.length.toLocaleString("en");
    tools.append(element("span", { class: "soft" }, `Drawn from ${count} rows; there are more.`));
  }
  panel.replaceChildren(fields, figure, tools);
  draw();
  new ResizeObserver(draw).observe(panel);
}
