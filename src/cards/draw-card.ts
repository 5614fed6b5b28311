/** SVG into PNG, with WebAssembly: loaded when the first card is drawn. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Resvg } from "@resvg/resvg-wasm";
import { cardFontFiles } from "../paths.ts";

interface Renderer {
  resvg: typeof Resvg;
  fonts: Uint8Array[];
}

let loaded: Promise<Renderer> | null = null;
/** A run may need a card twice: for the bucket and for the function's package. */
const drawn = new Map<string, Promise<Uint8Array>>();

/** The bytes of a PNG. Rejects for what is no SVG. */
export function drawCard(svg: string): Promise<Uint8Array> {
  const known = drawn.get(svg);
  if (known !== undefined) return known;
  const drawing = draw(svg);
  drawn.set(svg, drawing);
  return drawing;
}

async function draw(svg: string): Promise<Uint8Array> {
  loaded ??= load();
  const { resvg: Renderer, fonts } = await loaded;
  const renderer = new Renderer(svg, {
    font: { fontBuffers: fonts, defaultFontFamily: "Public Sans" },
  });
  try {
    const image = renderer.render();
    const png = image.asPng();
    image.free();
    return png;
  } finally {
    renderer.free();
  }
}

async function load(): Promise<Renderer> {
  const { initWasm, Resvg: resvg } = await import("@resvg/resvg-wasm");
  const wasm = createRequire(import.meta.url).resolve("@resvg/resvg-wasm/index_bg.wasm");
  await initWasm(readFileSync(wasm));
  return { resvg, fonts: cardFontFiles.map((file) => new Uint8Array(readFileSync(file))) };
}
