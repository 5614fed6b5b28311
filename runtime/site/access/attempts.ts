/**
 * How often something is tried that is wrong, such as a password: by one sender, and by all together, because a hash costs
 * much more than a request. Each environment of the function counts for itself, so the API's rate limit and
 * the number of environments multiply this (docs/access.md).
 */

const WINDOW_MS = 10 * 60_000;
const FROM_ONE = 10;
const FROM_ALL = 100;

/** Those of the last ten minutes. */
export class Attempts {
  readonly #fromAll: number;
  #failures: { sender: string; time: number }[] = [];

  constructor(fromAll = FROM_ALL) {
    this.#fromAll = fromAll;
  }

  /** Seconds until the sender may try again; 0: now. `now` in milliseconds. */
  secondsToWait(sender: string, now: number): number {
    return (
      this.secondsForItsOwn(sender, now) || secondsUntilFewer(this.#fromAll, this.#failures, now)
    );
  }

  /** As `secondsToWait`, whatever others have tried. */
  secondsForItsOwn(sender: string, now: number): number {
    this.#failures = this.#failures.filter(({ time }) => Math.abs(now - time) < WINDOW_MS);
    const own = this.#failures.filter((failure) => failure.sender === sender);
    return secondsUntilFewer(FROM_ONE, own, now);
  }

  failed(sender: string, now: number): void {
    this.#failures.push({ sender, time: now });
  }
}

/** 0: there are fewer than so many. The oldest comes first. */
function secondsUntilFewer(
  most: number,
  failures: readonly { time: number }[],
  now: number,
): number {
  const free = failures.at(-most);
  return free === undefined ? 0 : Math.max(1, Math.ceil((free.time + WINDOW_MS - now) / 1000));
}

/** An IPv6 network of 64 bits is one household: it has addresses without number. */
export function senderOf(address: string | undefined): string {
  if (address === undefined) return "";
  return address.includes(":") ? expand(address).slice(0, 4).join(":") : address;
}

/** The eight groups of an IPv6 address. */
function expand(address: string): string[] {
  const [before = "", after] = address.split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const [head, tail] = [groups(before), groups(after ?? "")];
  const zeros = after === undefined ? 0 : Math.max(0, 8 - head.length - tail.length);
  return [...head, ...Array<string>(zeros).fill("0"), ...tail].map((group) => group.toLowerCase());
}
