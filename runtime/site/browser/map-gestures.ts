/** Moving a map by mouse, finger or key. While a gesture lasts the picture is only shifted and stretched. */
import { moved, type Size, type View, zoomed } from "./map-view.ts";

interface Gestured {
  svg: SVGSVGElement;
  /** What is shifted. */
  layers: SVGElement;
  size: Size;
  view(): View;
  /** To be drawn anew, at the end of each gesture. */
  setView(view: View): void;
}

/** Pixels: less is a click. */
const CLICK = 4;
const STEP = 60;

export function letMove({ svg, layers, size, view, setView }: Gestured): void {
  const fingers = new Map<number, { x: number; y: number }>();
  let start: { x: number; y: number; spread: number } | null = null;
  let next: View | null = null;
  let hasMoved = false;

  /** Pixels of the drawing, which may be stretched. */
  const at = ({ clientX, clientY }: MouseEvent) => {
    const box = svg.getBoundingClientRect();
    return {
      x: ((clientX - box.left) * size.width) / box.width,
      y: ((clientY - box.top) * size.height) / box.height,
    };
  };
  const middle = () => {
    const all = [...fingers.values()];
    const mean = (of: (each: { x: number; y: number }) => number) =>
      all.reduce((sum, each) => sum + of(each), 0) / all.length;
    const [one, other] = all;
    const spread = one && other ? Math.hypot(one.x - other.x, one.y - other.y) : 0;
    return { x: mean(({ x }) => x), y: mean(({ y }) => y), spread };
  };
  const finish = () => {
    layers.removeAttribute("transform");
    if (next !== null) setView(next);
    next = null;
    start = fingers.size === 0 ? null : middle();
  };
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    if (next !== null) finish();
    if (fingers.size === 0) hasMoved = false;
    fingers.set(event.pointerId, at(event));
    start = middle();
  });
  svg.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId) || start === null) return;
    fingers.set(event.pointerId, at(event));
    const now = middle();
    const [dx, dy] = [now.x - start.x, now.y - start.y];
    if (!hasMoved && Math.hypot(dx, dy) < CLICK && fingers.size === 1) return;
    if (!hasMoved) svg.setPointerCapture(event.pointerId);
    hasMoved = true;
    const by = start.spread > 0 ? now.spread / start.spread : 1;
    next = moved(zoomed(view(), size, by, start), dx, dy);
    const stretch = next.scale / view().scale;
    const shift = `translate(${now.x} ${now.y}) scale(${stretch}) translate(${-start.x} ${-start.y})`;
    layers.setAttribute("transform", shift);
  });
  for (const end of ["pointerup", "pointercancel"] as const) {
    svg.addEventListener(end, (event) => {
      if (fingers.delete(event.pointerId)) finish();
    });
  }
  // The click at the end of a movement is none.
  svg.addEventListener(
    "click",
    (event) => {
      if (hasMoved) event.stopPropagation();
      hasMoved = false;
    },
    { capture: true },
  );
  svg.addEventListener("dblclick", (event) => setView(zoomed(view(), size, 2, at(event))));
  // Without a key the wheel scrolls the page; fingers on a trackpad send the key.
  svg.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      setView(zoomed(view(), size, 2 ** (-event.deltaY / 200), at(event)));
    },
    { passive: false },
  );
  svg.addEventListener("keydown", (event) => {
    if (event.target !== svg || event.ctrlKey || event.metaKey || event.altKey) return;
    const changed = byKey(event.key, view(), size);
    if (changed === null) return;
    event.preventDefault();
    event.stopPropagation();
    setView(changed);
  });
}

/** null for keys that do nothing. */
export function byKey(key: string, view: View, size: Size): View | null {
  const center = { x: size.width / 2, y: size.height / 2 };
  switch (key) {
    case "ArrowLeft":
      return moved(view, STEP, 0);
    case "ArrowRight":
      return moved(view, -STEP, 0);
    case "ArrowUp":
      return moved(view, 0, STEP);
    case "ArrowDown":
      return moved(view, 0, -STEP);
    case "+":
    case "=":
      return zoomed(view, size, 1.6, center);
    case "-":
      return zoomed(view, size, 1 / 1.6, center);
    default:
      return null;
  }
}
