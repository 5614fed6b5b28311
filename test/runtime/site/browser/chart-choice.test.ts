import { describe, expect, it } from "vitest";
import { readChoice, writeChoice } from "../../../../runtime/site/browser/chart-choice.ts";
import { coordinateColumns } from "../../../../runtime/site/browser/coordinates.ts";

const guess = (rows: Record<string, unknown>[]) => readChoice(rows, "");

describe("a chart is guessed from the rows", () => {
  it("dates and a number make a line", () => {
    const rows = [{ day: "2024-01-01", total: 3 }];
    expect(guess(rows)).toMatchObject({ type: "line", x: "day", y: "total" });
  });

  it("names and a number make bars", () => {
    const rows = [
      { id: 1, country: "Peru", total: 3 },
      { id: 2, country: "Chile", total: 4 },
    ];
    expect(guess(rows)).toMatchObject({ type: "bar", x: "country", y: "total" });
  });

  it("two numbers make points, one a histogram", () => {
    expect(guess([{ id: 1, a: 1, b: 2 }])).toMatchObject({ type: "scatter", x: "a", y: "b" });
    expect(guess([{ id: 1, a: 1 }])).toMatchObject({ type: "histogram", x: "a" });
  });
});

describe("a choice in the address", () => {
  const rows = [{ "a b": 1, c: 2 }];

  it("is read as it was written", () => {
    const choice = { type: "bar", x: "a b", y: "", color: "c" } as const;
    expect(readChoice(rows, writeChoice(choice))).toEqual(choice);
  });

  it("is guessed again where the column or the type does not exist", () => {
    expect(readChoice(rows, "#chart=pie&x=nope&y=c")).toEqual({ ...guess(rows), y: "c" });
  });
});

describe("coordinates", () => {
  it.each([
    [["id", "latitude", "longitude"], { latitude: "latitude", longitude: "longitude" }],
    [["Lat", "Lng"], { latitude: "Lat", longitude: "Lng" }],
    [["home_lat", "home_lon"], { latitude: "home_lat", longitude: "home_lon" }],
    [["plat", "belong"], null],
    [["lat"], null],
  ])("are in %j", (columns, expected) => {
    expect(coordinateColumns(columns)).toEqual(expected);
  });
});
