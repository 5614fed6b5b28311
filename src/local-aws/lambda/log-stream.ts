/** The log stream of one environment: platform lines, and what the function prints. */
import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import { END_MARK } from "./messages.ts";

/** Bytes of log that Invoke with `LogType: Tail` gives back. */
const TAIL_BYTES = 4096;

export class LogStream {
  readonly name: string;
  readonly #isJson: boolean;
  readonly #append: (lines: string[]) => void;
  #tail = "";
  /** How many of the two outputs have ended a request. */
  #ended = new Map<string, number>();
  #waiting: { requestId: string; done: () => void } | undefined;

  /** `append` stores lines under the stream's name. */
  constructor(
    isJson: boolean,
    append: (stream: string, events: { time: number; message: string }[]) => void,
  ) {
    this.#isJson = isJson;
    const day = new Date().toISOString().slice(0, 10).replaceAll("-", "/");
    this.name = `${day}/[$LATEST]${randomUUID().replaceAll("-", "")}`;
    this.#append = (lines) => {
      const time = Date.now();
      append(
        this.name,
        lines.map((line) => ({ time, message: `${line}\n` })),
      );
    };
  }

  write(...lines: string[]): void {
    this.#append(lines);
    this.#tail = `${this.#tail}${lines.join("\n")}\n`.slice(-TAIL_BYTES);
  }

  /** What Lambda itself says: `text`, or in the JSON format an event of this type. */
  platform(type: string, record: Record<string, unknown>, text: string): void {
    const time = new Date().toISOString();
    this.write(this.#isJson ? JSON.stringify({ time, type, record }) : text);
  }

  /** Adds every line that an output of the environment prints. */
  follow(output: Readable): void {
    let rest = "";
    output.setEncoding("utf8");
    output.on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      const printed = lines.map((line) => this.#takeMark(line)).filter((line) => line !== "");
      if (printed.length > 0) this.write(...printed);
      this.#settle();
    });
    output.on("end", () => {
      if (rest !== "") this.write(rest);
    });
  }

  /** Resolves when all that both outputs printed for a request has been written. */
  endOf(requestId: string): Promise<void> {
    return new Promise((done) => {
      this.#waiting = { requestId, done };
      this.#settle();
    });
  }

  /** Begins what `tail` gives. */
  startTail(): void {
    this.#tail = "";
  }

  tail(): string {
    return this.#tail;
  }

  #takeMark(line: string): string {
    const at = line.indexOf(END_MARK);
    if (at < 0) return line;
    const requestId = line.slice(at + END_MARK.length);
    this.#ended.set(requestId, (this.#ended.get(requestId) ?? 0) + 1);
    return line.slice(0, at);
  }

  #settle(): void {
    if (this.#waiting === undefined || this.#ended.get(this.#waiting.requestId) !== 2) return;
    this.#ended.delete(this.#waiting.requestId);
    this.#waiting.done();
    this.#waiting = undefined;
  }
}
