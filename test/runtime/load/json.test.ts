import { expect, test } from "vitest";
import { temporaryDirectory } from "../../temporary-directory.ts";
import { type Content, columnsOf, convertFiles, failure, query } from "./converting.ts";

const convertOne = (name: string, content: Content, rules = {}) =>
  convertFiles(temporaryDirectory(), { [name]: content }, rules);

test.each([
  ["an array", "t.json", '[{"a":1,"b":"x"},\n {"a":2,"b":null}]'],
  ["an object a line", "t.ndjson", '{"a":1,"b":"x"}\n{"a":2,"b":null}\n'],
  ["an object a line under another name", "t.json", '{"a":1,"b":"x"}\n\n{"a":2}'],
  ["objects one after another", "t.json", '{\n "a":1,\n "b":"x"\n}\n{"a":2}'],
  ["a comma too much", "t.json", '[{"a":1,"b":"x"},{"a":2},]'],
  ["a BOM", "t.json", '\ufeff[{"a":1,"b":"x"},{"a":2}]'],
])("reads %s", async (_, name, text) => {
  const { path } = await convertOne(name, text);
  expect(query(path, "SELECT a, b FROM t")).toEqual([
    [1, "x"],
    [2, null],
  ]);
});

test("each array of an object is a table; what is beside them is said to be left out", async () => {
  const text =
    '{"count": 3, "shops": [{"id": 1}], "goods": [{"n": "a"}, {"n": "b"}], "tags": ["x"]}';
  const { path, report } = await convertOne("all.json", text);
  expect(report.tables.map(({ table, rows }) => [table, rows])).toEqual([
    ["shops", 1],
    ["goods", 2],
  ]);
  expect(report.tables[0]!.warnings).toEqual(["count, tags beside the arrays was left out"]);
  expect(query(path, "SELECT n FROM goods")).toEqual([["a"], ["b"]]);
});

test("an object without arrays of objects is one row", async () => {
  const { path } = await convertOne(
    "one.json",
    '{"name": "x", "tags": ["a", "b"], "n": {"deep": 1}}',
  );
  expect(query(path, "SELECT * FROM one")).toEqual([["x", '["a","b"]', '{"deep":1}']]);
});

test("types are those of the values: strings stay text, truth is 1 and 0, what is nested is JSON", async () => {
  const records = [
    { n: 1, r: 1, s: "1", t: true, j: [1, 2], mixed: 1, big: 1 },
    { n: 2, r: 2.5, s: "2", t: false, j: { a: "ü" }, mixed: "x", big: 2 },
  ];
  const text = JSON.stringify(records).replace('"big":2', '"big":9007199254740993');
  const converted = await convertOne("t.json", text);
  expect(columnsOf(converted)).toEqual([
    "n INTEGER",
    "r REAL",
    "s TEXT",
    "t INTEGER",
    "j TEXT",
    "mixed TEXT",
    "big INTEGER",
  ]);
  expect(query(converted.path, "SELECT * FROM t")).toEqual([
    [1, 1, "1", 1, "[1,2]", "1", 1],
    [2, 2.5, "2", 0, '{"a":"ü"}', "x", 9007199254740993n],
  ]);
});

test("integers beyond 64 bits are text, also inside of what is nested", async () => {
  const { path } = await convertOne(
    "t.json",
    '[{"a": 98765432109876543210, "b": {"c": 98765432109876543210}}]',
  );
  expect(query(path, "SELECT a, b FROM t")).toEqual([
    ["98765432109876543210", '{"c":98765432109876543210}'],
  ]);
});

test("keys that come late are columns, and names of JavaScript's own are names", async () => {
  const records = Array.from(
    { length: 3000 },
    (_, i) => `{"a":${i}${i === 2500 ? ',"__proto__":"p"' : ""}}`,
  );
  const { path } = await convertOne("t.ndjson", records.join("\n"));
  expect(query(path, 'SELECT a, "__proto__" FROM t WHERE "__proto__" IS NOT NULL')).toEqual([
    [2500, "p"],
  ]);
  expect(query(path, "SELECT count(*) FROM t")).toEqual([[3000]]);
});

test("GeoJSON: properties are columns, points have latitude and longitude, geometry is kept", async () => {
  const feature = (id: number, properties: object, geometry: object | null) => ({
    type: "Feature",
    id,
    properties,
    geometry,
  });
  const collection = {
    type: "FeatureCollection",
    name: "cities",
    features: [
      feature(7, { name: "Bonn" }, { type: "Point", coordinates: [7.1, 50.73] }),
      feature(
        8,
        { name: "Line" },
        {
          type: "LineString",
          coordinates: [
            [1, 2],
            [3, 4],
          ],
        },
      ),
      feature(9, { name: "Nowhere" }, null),
    ],
  };
  const { path, report } = await convertOne("cities.geojson", JSON.stringify(collection));
  expect(report.tables[0]).toMatchObject({ table: "cities", format: "GeoJSON", warnings: [] });
  expect(query(path, "SELECT id, name, latitude, longitude, geometry FROM cities")).toEqual([
    [7, "Bonn", 50.73, 7.1, '{"type":"Point","coordinates":[7.1,50.73]}'],
    [8, "Line", null, null, '{"type":"LineString","coordinates":[[1,2],[3,4]]}'],
    [9, "Nowhere", null, null, null],
  ]);
});

test.each([
  ["cut off", '[{"a":1},{"a":', "truncated_json", 1],
  ["cut off in a string", '[{"a":1},\n{"a":"x', "truncated_json", 2],
  ["a wrong record", '[{"a":1},\n{"a":NaN}]', "invalid_json", 2],
  ["something behind the end", '[{"a":1}]\n[2]', "invalid_json", 2],
  ["nested deeply", `[${"[".repeat(100_000)}`, "nested_too_deep", 1],
  ["nothing in it", "[]", "no_columns", null],
])("%s is an error with its line", async (_, text, code, line) => {
  expect(await failure(convertOne("t.json", text))).toMatchObject({ code, line });
});

test("records are found whole wherever pieces of the file end", async () => {
  const record = (i: number) => ({
    i,
    text: `quote " backslash \\ bracket ] brace } é${"x".repeat(i % 700)}`,
  });
  const records = Array.from({ length: 3000 }, (_, i) => record(i));
  const { path } = await convertOne("t.json", JSON.stringify(records, null, 1));
  const rows = query(path, "SELECT i, text FROM t");
  expect(rows).toEqual(records.map(({ i, text }) => [i, text]));
});
