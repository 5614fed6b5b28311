import type { Output } from "../../../src/terminal/terminal.ts";

/** An output that keeps what is written. */
export function keepText(): Output & { text: string } {
  return {
    text: "",
    write(text) {
      this.text += text;
    },
  };
}
