import { connect, type Socket } from "node:net";

/**
 * Sends the same request over and over for a time, over some kept-alive connections, and returns how
 * many were answered. A hand-made HTTP client, so that it takes less time than what it measures.
 */
export async function countAnswers(
  port: number,
  path: string,
  connections: number,
  milliseconds: number,
): Promise<number> {
  const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  const end = performance.now() + milliseconds;
  const counts = await Promise.all(
    Array.from({ length: connections }, () => repeat(port, request, end)),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

function repeat(port: number, request: string, end: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let answered = 0;
    const socket: Socket = connect(port, "127.0.0.1");
    const answer = new AnswerReader((status) => {
      if (status !== 200) {
        socket.destroy();
        reject(new Error(`status ${status} for ${request.split(" ")[1]}`));
        return;
      }
      answered++;
      if (performance.now() < end) {
        socket.write(request);
      } else {
        socket.destroy();
        resolve(answered);
      }
    });
    socket.on("connect", () => socket.write(request));
    socket.on("data", (chunk) => answer.read(chunk));
    socket.on("error", reject);
  });
}

/** Finds the ends of answers, which have a length or come in chunks. */
class AnswerReader {
  readonly #onAnswer: (status: number) => void;
  #head = "";
  /** Bytes of the body still to come; null while reading the head; -1 for a body in chunks. */
  #remaining: number | null = null;
  #tail = "";

  constructor(onAnswer: (status: number) => void) {
    this.#onAnswer = onAnswer;
  }

  read(chunk: Buffer): void {
    let body = chunk;
    if (this.#remaining === null) {
      this.#head += chunk.toString("latin1");
      const end = this.#head.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = /^content-length: (\d+)/im.exec(this.#head.slice(0, end));
      this.#remaining = length ? Number(length[1]) : -1;
      body = Buffer.from(this.#head.slice(end + 4), "latin1");
      this.#head = this.#head.slice(0, end);
    }
    if (this.#remaining >= 0) {
      this.#remaining -= body.length;
      if (this.#remaining === 0) this.#finish();
      return;
    }
    this.#tail = (this.#tail + body.toString("latin1")).slice(-7);
    if (this.#tail.endsWith("\r\n0\r\n\r\n")) this.#finish();
  }

  #finish(): void {
    const status = Number(this.#head.slice(9, 12));
    this.#head = "";
    this.#tail = "";
    this.#remaining = null;
    this.#onAnswer(status);
  }
}
