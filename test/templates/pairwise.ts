/** One value for each factor, by its name. */
export type Row<T> = Readonly<Record<string, T>>;

/**
 * Few rows in which any two values of any two factors occur together at least once, of those that may:
 * most faults of configurations need no more than two of them (https://csrc.nist.gov/acts). Greedy: each
 * row begins with a pair that is missing, and every other factor gets the value with the most missing
 * pairs. `mayBe` is asked about parts of rows; what it lets pass has to be completable, which is so
 * where a rule is about two factors. The same input gives the same rows.
 */
export function pairwise<T>(
  factors: Readonly<Record<string, readonly T[]>>,
  mayBe: (part: Row<T>) => boolean,
): Row<T>[] {
  const names = Object.keys(factors);
  const missing = new Set<string>();
  const key = (one: string, i: number, other: string, j: number) =>
    names.indexOf(one) < names.indexOf(other)
      ? `${one} ${i} ${other} ${j}`
      : `${other} ${j} ${one} ${i}`;
  for (const [at, one] of names.entries()) {
    for (const other of names.slice(at + 1)) {
      for (const [i, value] of factors[one]!.entries()) {
        for (const [j, otherValue] of factors[other]!.entries()) {
          if (mayBe({ [one]: value, [other]: otherValue })) missing.add(key(one, i, other, j));
        }
      }
    }
  }
  const rows: Row<T>[] = [];
  while (missing.size > 0) {
    const [first = ""] = missing;
    const [one = "", i, other = "", j] = first.split(" ");
    const chosen = new Map([
      [one, Number(i)],
      [other, Number(j)],
    ]);
    const part = () =>
      Object.fromEntries([...chosen].map(([name, index]) => [name, factors[name]![index]!]));
    for (const name of names) {
      if (chosen.has(name)) continue;
      const before = part();
      const gain = (index: number) =>
        [...chosen].filter(([each, at]) => missing.has(key(name, index, each, at))).length;
      const possible = factors[name]!.map((value, index) => ({ value, index })).filter(
        ({ value }) => mayBe({ ...before, [name]: value }),
      );
      const best = possible.toSorted((a, b) => gain(b.index) - gain(a.index))[0];
      if (best === undefined)
        throw new Error(`no value of ${name} goes with ${JSON.stringify(before)}`);
      chosen.set(name, best.index);
    }
    for (const [a, at] of chosen) {
      for (const [b, index] of chosen) if (a !== b) missing.delete(key(a, at, b, index));
    }
    rows.push(part());
  }
  return rows;
}
