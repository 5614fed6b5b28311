/** The last line of a terminal while something goes on: it is written anew instead of followed. */
import type { Output } from "./terminal.ts";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_MS = 80;
/**
 * Back to the start and clear the line; while it is written the terminal cuts what is too wide
 * (DECAWM) instead of wrapping it into a second line that nothing would clear.
 */
const CLEAR = "\r\x1b[2K";
const CUT = "\x1b[?7l";
const WRAP = "\x1b[?7h";

export class StatusLine {
  readonly #output: Output;
  #text: string | null = null;
  #frame = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Shows the text, with a sign of life before it, until the next `show` or `clear`. */
  show(text: string): void {
    this.#text = text;
    this.#draw();
    this.#timer ??= setInterval(() => {
      this.#frame++;
      this.#draw();
    }, FRAME_MS).unref();
  }

  clear(): void {
    if (this.#text === null) return;
    this.#text = null;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#output.write(CLEAR);
  }

  /** Writes lines that stay, above the status line. */
  above(lines: string): void {
    if (this.#text === null) this.#output.write(lines);
    else {
      this.#output.write(`${CLEAR}${lines}`);
      this.#draw();
    }
  }

  #draw(): void {
    const frame = FRAMES[this.#frame % FRAMES.length];
    this.#output.write(`${CLEAR}${CUT}${frame} ${this.#text}${WRAP}`);
  }
}
