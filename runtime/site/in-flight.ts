/**
 * Knows which requests are being answered, so that what an old version of the site holds (open
 * databases, files) is given back when nobody can be using it any more, and not before.
 */
export class InFlight {
  readonly #requests = new Set<symbol>();
  #waiting: { requests: Set<symbol>; action: () => void }[] = [];

  /** A request begins; the returned function is to be called when its answer has been sent. */
  begin(): () => void {
    const request = Symbol();
    this.#requests.add(request);
    return () => this.#end(request);
  }

  /** Runs `action` when all requests that are being answered now have ended; at once if none is. */
  whenTheseEnd(action: () => void): void {
    if (this.#requests.size === 0) action();
    else this.#waiting.push({ requests: new Set(this.#requests), action });
  }

  #end(request: symbol): void {
    if (!this.#requests.delete(request) || this.#waiting.length === 0) return;
    for (const each of this.#waiting) each.requests.delete(request);
    const ready = this.#waiting.filter((each) => each.requests.size === 0);
    this.#waiting = this.#waiting.filter((each) => each.requests.size > 0);
    for (const each of ready) each.action();
  }
}
