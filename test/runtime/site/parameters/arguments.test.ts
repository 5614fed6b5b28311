import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Arguments } from "../../../../runtime/site/parameters/arguments.ts";
import { encodePairs } from "../../../../runtime/site/query-string.ts";

describe("The query string", () => {
  test("is read as Python reads it", () => {
    const args = new Arguments("a=1&b=x+y%26z&a=2&blank=&bare&&%zz=%C3%A9&bad=%FF");
    expect(args.pairs).toEqual([
      ["a", "1"],
      ["b", "x y&z"],
      ["a", "2"],
      ["blank", ""],
      ["bare", ""],
      ["%zz", "é"],
      ["bad", "\ufffd"],
    ]);
    expect(args.get("a")).toBe("1");
    expect(args.getAll("a")).toEqual(["1", "2"]);
    expect([...args.names()]).toEqual(["a", "b", "blank", "bare", "%zz", "bad"]);
  });

  test("is written as Python writes it", () => {
    expect(encodePairs([["a b", "!'()*~-._/é"]])).toBe("a+b=%21%27%28%29%2A~-._%2F%C3%A9");
  });

  test("comes back whatever is in it", () => {
    const text = fc.string({ unit: "binary" }).map((any) => any.toWellFormed());
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 1 }), (pairs) => {
        expect(new Arguments(encodePairs(pairs)).pairs).toEqual(pairs);
      }),
    );
  });

  test("links drop blank arguments and keep the order of the others", () => {
    const args = new Arguments("_facet=x&_size=&b=1&_facet=y&_next=5");
    expect(args.adding([["c", "2"]])).toBe("_facet=x&b=1&_facet=y&_next=5&c=2");
    expect(args.without(["_facet"])).toBe("b=1&_next=5");
    expect(args.withoutPair(["_facet", "y"])).toBe("_facet=x&b=1&_next=5");
    expect(args.replacing([["_next", "6"]])).toBe("_facet=x&b=1&_facet=y&_next=6");
  });
});
