/** Saves the drawn chart as a file. Colours of CSS variables are written out first. */
import { element } from "./dom.ts";

export async function saveAsSvg(svg: SVGSVGElement): Promise<void> {
  save(new Blob([standalone(svg)], { type: "image/svg+xml" }), "chart.svg");
}

/** Twice the size on screen, on the page's own background. */
export async function saveAsPng(svg: SVGSVGElement): Promise<void> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(standalone(svg))}`;
  await image.decode();
  const canvas = element("canvas");
  canvas.width = svg.clientWidth * 2;
  canvas.height = svg.clientHeight * 2;
  const context = canvas.getContext("2d")!;
  context.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => blob && save(blob, "chart.png"));
}

function standalone(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = [svg, ...svg.querySelectorAll<SVGElement>("*")];
  const copies = [copy, ...copy.querySelectorAll<SVGElement>("*")];
  originals.forEach((original, at) => {
    const { fill, stroke, color, fontFamily } = getComputedStyle(original);
    const target = copies[at]!;
    target.setAttribute("fill", fill);
    if (stroke !== "none") target.setAttribute("stroke", stroke);
    if (original === svg) target.style.cssText += `;color:${color};font-family:${fontFamily}`;
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(svg.clientWidth));
  copy.setAttribute("height", String(svg.clientHeight));
  return new XMLSerializer().serializeToString(copy);
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  element("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
