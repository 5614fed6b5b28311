/** A site's own colour, made dark or light enough to be read in both schemes. */

/** Channels, 0 to 255. */
type Rgb = readonly [number, number, number];

/** Grounds of style/tokens.css that text in this colour is on: the darkest light one, the lightest dark one. */
const LIGHT: Rgb = [0xf3, 0xf1, 0xec];
const DARK: Rgb = [0x25, 0x2a, 0x2f];
const DARK_SURFACE: Rgb = [0x1b, 0x1f, 0x23];
const BLACK: Rgb = [0, 0, 0];
const WHITE: Rgb = [255, 255, 255];

/** What WCAG AA asks of text. */
const READABLE = 4.5;

/** A style sheet that gives the pages this colour (`#` and six hex digits). */
export function accentCss(color: string): string {
  const given = parse(color);
  const [light, dark] = [readable(given, LIGHT, BLACK), readable(given, DARK, WHITE)];
  const ink = (accent: Rgb) => (contrast(accent, WHITE) >= READABLE ? "#ffffff" : "#101418");
  const soft = [mixed(light, WHITE, 0.88), mixed(dark, DARK_SURFACE, 0.8)].map(hex);
  return `:root {
  --accent: light-dark(${hex(light)}, ${hex(dark)});
  --accent-ink: light-dark(${ink(light)}, ${ink(dark)});
  --accent-soft: light-dark(${soft.join(", ")});
  --series-1: var(--accent);
}
`;
}

/** The colour, dark enough for text on white; `#` and six hex digits. */
export function accentOnLight(color: string): string {
  return hex(readable(parse(color), LIGHT, BLACK));
}

/** The colour with as little of `end` mixed in as makes it readable on `ground`. */
function readable(color: Rgb, ground: Rgb, end: Rgb): Rgb {
  for (let part = 0; part < 1; part += 0.04) {
    const candidate = mixed(color, end, part);
    if (contrast(candidate, ground) >= READABLE) return candidate;
  }
  return end;
}

function mixed(a: Rgb, b: Rgb, part: number): Rgb {
  const channel = (at: 0 | 1 | 2) => Math.round(a[at] * (1 - part) + b[at] * part);
  return [channel(0), channel(1), channel(2)];
}

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a) + 0.05, luminance(b) + 0.05];
  return Math.max(x, y) / Math.min(x, y);
}

function luminance(color: Rgb): number {
  const [r, g, b] = color.map((channel) => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function parse(color: string): Rgb {
  const value = Number.parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function hex(color: Rgb): string {
  return `#${color.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}
