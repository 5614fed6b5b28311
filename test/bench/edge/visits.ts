/** A log as a site of this kind has one, the same each time: people, bots, a link in the news. */

export interface Visit {
  /** Milliseconds since the beginning. */
  at: number;
  url: string;
  /** What the client sends beside Host. */
  headers: Map<string, string>;
}

export interface Size {
  hours: number;
  /** People who look at the site; each asks for some pages. */
  people: number;
  /** Requests of programs that read all there is, one page after the other. */
  crawled: number;
  /** People who come within ten minutes by one link. */
  burst: number;
}

const BROWSER = new Map([
  ["accept-encoding", "gzip, deflate, br, zstd"],
  ["accept", "text/html"],
]);
const GZIP = new Map([["accept-encoding", "gzip"]]);
const PLAIN = new Map([["accept-encoding", "identity"]]);

/** `pages` from the one that is asked for most to the one that is asked for least. */
export function visits(pages: readonly string[], size: Size): Visit[] {
  const random = generator(20261121);
  const length = size.hours * 3600_000;
  const log: Visit[] = [];
  const popular = zipf(pages.length, 1);
  for (let person = 0; person < size.people; person++) {
    let at = random() * length;
    const count = 1 + Math.floor(random() * 6);
    for (let page = 0; page < count && at < length; page++) {
      log.push({ at, url: pages[popular(random())]!, headers: BROWSER });
      at += 5_000 + random() * 60_000;
    }
  }
  for (let request = 0; request < size.crawled; request++) {
    const at = (request / size.crawled) * length;
    const url = pages[Math.floor(random() * pages.length)]!;
    log.push({ at, url, headers: request % 3 === 0 ? PLAIN : GZIP });
  }
  const news = Math.floor(length / 3);
  for (let reader = 0; reader < size.burst; reader++) {
    const at = news + random() * 600_000;
    log.push({ at, url: pages[7]!, headers: BROWSER });
    if (random() < 0.4) log.push({ at: at + 20_000, url: pages[0]!, headers: BROWSER });
  }
  return log.sort((one, other) => one.at - other.at);
}

/** Which of so many, the first the likeliest: rank r with a weight of 1/r^s. */
function zipf(count: number, s: number): (random: number) => number {
  const sums: number[] = [];
  let sum = 0;
  for (let rank = 1; rank <= count; rank++) {
    sum += 1 / rank ** s;
    sums.push(sum);
  }
  return (random) => {
    const wanted = random * sum;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** Mulberry32: numbers from 0 to 1. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
