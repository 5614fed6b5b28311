/** The configuration, metadata or a setting is wrong. The message is one sentence, for the publisher. */
export class ConfigError extends Error {
  /** Where, such as `config: databases.shop.tables.orders.size`. */
  readonly path: string;
  /** What to do about it; null when the message says all. */
  readonly hint: string | null;

  constructor(path: string, problem: string, hint: string | null = null) {
    super(path.endsWith(":") ? `${path} ${problem}` : `${path}: ${problem}`);
    this.name = "ConfigError";
    this.path = path;
    this.hint = hint;
  }
}

/** The candidate that `word` is most likely a misspelling of; null when none is close. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substitution, previous[j]! + 1, current[j - 1]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}
