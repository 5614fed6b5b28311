import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { importsOf, sourceFiles } from "./source-files.ts";

interface Import {
  from: string;
  to: string;
}

const IMPORTS: Import[] = [
  ...sourceFiles("runtime"),
  ...sourceFiles("src"),
  ...sourceFiles("layer"),
]
  .flatMap((from) => importsOf(from, { types: true }).map((to) => ({ from, to })))
  .filter(({ to }) => /^(runtime|src|layer)\//.test(to));

/** The imports from below `folder` to anywhere else of ours than below `allowed`. */
function strays(folder: string, ...allowed: string[]): string[] {
  return IMPORTS.filter(({ from }) => from.startsWith(folder))
    .filter(({ to }) => ![folder, ...allowed].some((place) => to.startsWith(place)))
    .map(({ from, to }) => `${from} imports ${to}`);
}

describe("Imports go one way", () => {
  test("core imports nothing else of ours", () => {
    expect(strays("runtime/core/")).toEqual([]);
  });

  test("the site imports core alone", () => {
    expect(strays("runtime/site/", "runtime/core/")).toEqual([]);
  });

  test("the publisher imports core alone", () => {
    expect(strays("runtime/publisher/", "runtime/core/")).toEqual([]);
  });

  test("loading imports core and the publisher alone", () => {
    expect(strays("runtime/load/", "runtime/core/", "runtime/publisher/")).toEqual([]);
  });

  test("each Lambda imports core and one part", () => {
    const parts = new Map<string, Set<string>>();
    for (const { from, to } of IMPORTS) {
      const lambda = /^runtime\/lambdas\/[^/]+/.exec(from)?.[0];
      if (lambda === undefined || to.startsWith(`${lambda}/`) || to.startsWith("runtime/core/")) {
        continue;
      }
      const part = to.split("/").slice(0, 2).join("/");
      parts.set(lambda, (parts.get(lambda) ?? new Set()).add(part));
    }
    const several = [...parts].filter(([, of]) => of.size > 1);
    expect(several.map(([lambda, of]) => `${lambda} imports ${[...of].join(" and ")}`)).toEqual([]);
    expect([...parts].flatMap(([, of]) => [...of]).filter((of) => of.startsWith("src"))).toEqual(
      [],
    );
  });

  test("views are given data: they neither query nor answer", () => {
    const reaching = IMPORTS.filter(({ from }) => from.startsWith("runtime/site/views/"))
      .filter(({ to }) =>
        /^runtime\/(core\/sqlite\/(connection|definition|inspect)|site\/(http|routes|pipeline|sources)\/)/.test(
          to,
        ),
      )
      .map(({ from, to }) => `${from} imports ${to}`);
    expect(reaching).toEqual([]);
  });

  test("no two folders import each other", () => {
    expect(foldersBothWays()).toEqual([]);
  });
});

/** Pairs of folders that import each other, with the imports of the direction that has fewer. */
function foldersBothWays(): { pair: string; imports: string[] }[] {
  const arrows = new Map<string, string[]>();
  for (const { from, to } of IMPORTS) {
    const key = `${dirname(from)} > ${dirname(to)}`;
    if (dirname(from) === dirname(to)) continue;
    arrows.set(key, [...(arrows.get(key) ?? []), `${from} imports ${to}`]);
  }
  return [...arrows].flatMap(([key, imports]) => {
    const [a = "", b = ""] = key.split(" > ");
    const back = arrows.get(`${b} > ${a}`);
    if (back === undefined || a > b) return [];
    return [{ pair: `${a} <> ${b}`, imports: imports.length < back.length ? imports : back }];
  });
}
