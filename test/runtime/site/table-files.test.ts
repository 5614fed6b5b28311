import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { afterAll, describe, expect, test } from "vitest";
import { HttpError } from "../../../runtime/site/errors.ts";
import { convertFiles, query } from "../load/converting.ts";
import { temporarySite } from "./temporary-site.ts";

const site = temporarySite(
  `create table t (id integer primary key, word text, n real, mixed, data blob, big integer);
   with recursive i(i) as (values (1) union all select i + 1 from i where i < 25000)
     insert into t select i, 'w' || char(1) || '<' || i, i / 4.0, iif(i = 24999, 'last', i), x'0102', 9007199254740993 from i;`,
  {
    config: {
      config: {
        databases: {
          data: {
            queries: {
              q: "select id, word as id from t where id < 3",
              long: "select id, n, mixed from t",
            },
          },
        },
      },
    },
  },
);
const closed = temporarySite("create table t (id integer primary key)", {
  config: { settings: { allow_csv_stream: "off" } },
});
afterAll(() => {
  site.close();
  closed.close();
});

const bytes = async (path: string) => (await site.get(path)).arrayBuffer();

describe("Parquet", () => {
  test("has all rows of the filters with the types of their values", async () => {
    const file = await bytes("/data/t.parquet?id__gt=1000&_size=5&_next=2000");
    const metadata = parquetMetadata(file);
    expect(Number(metadata.num_rows)).toBe(24_000);
    expect(metadata.row_groups.length).toBe(3);
    const types = metadata.schema.slice(1).map(({ name, type }) => `${name} ${type}`);
    expect(types).toEqual([
      "id INT64",
      "word BYTE_ARRAY",
      "n DOUBLE",
      "mixed BYTE_ARRAY",
      "data BYTE_ARRAY",
      "big INT64",
    ]);
    const rows = await parquetReadObjects({ file });
    expect(rows[0]).toMatchObject({
      id: 1001n,
      word: "w\u0001<1001",
      n: 250.25,
      mixed: "1001",
      big: 9007199254740993n,
    });
    expect(rows.at(-2)).toMatchObject({ mixed: "last" });
  });

  test("of a query has names of their own for columns of one name", async () => {
    const rows = await parquetReadObjects({ file: await bytes("/data/q.parquet") });
    expect(rows).toEqual([
      { id: 1n, id_2: "w\u0001<1" },
      { id: 2n, id_2: "w\u0001<2" },
    ]);
  });

  test("without rows is a file, too", async () => {
    expect(Number(parquetMetadata(await bytes("/data/t.parquet?id=0")).num_rows)).toBe(0);
  });
});

test("XLSX has all rows, and is read again as what it was", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dsl-xlsx-"));
  const answer = await site.get("/data/t.xlsx?id__lte=3000");
  expect(answer.headers.get("content-disposition")).toBe('attachment; filename="t.xlsx"');
  const content = new Uint8Array(await answer.arrayBuffer());
  const { path, report } = await convertFiles(folder, { "t.xlsx": content });
  const [row] = query(path, "select count(*), sum(n), max(word), min(big) from t");
  rmSync(folder, { recursive: true });
  expect(report).toBeDefined();
  expect(row?.slice(0, 3)).toEqual([3000, 1_125_375, "w\ufffd<999"]);
  expect(String(row?.[3])).toBe("9007199254740993");
});

test("has all rows of a query, not only those that a page shows", async () => {
  const rows = await parquetReadObjects({ file: await bytes("/data/long.parquet") });
  expect(rows.length).toBe(25_000);
  expect(rows.at(-1)).toEqual({ id: 25_000n, n: 6250, mixed: "25000" });
  const sql = encodeURIComponent("select id, n from t where id <= :most");
  const custom = await bytes(`/data/-/query.parquet?sql=${sql}&most=3000`);
  expect(Number(parquetMetadata(custom).num_rows)).toBe(3000);
  const page = await (await site.get(`/data/-/query?sql=${sql}&most=3000`)).text();
  for (const format of ["xlsx", "parquet"]) {
    expect(page).toContain(`href="/data/-/query.${format}?sql=`);
  }
});

test("text stays text in a spreadsheet, whatever it looks like", async () => {
  const texts = ["=1+1", "@SUM(A1)", "-2+3", "1e5", "_x0041_", "<b>"];
  const sql = `select json_each.value as "=head" from json_each('${JSON.stringify(texts)}')`;
  const file = await bytes(`/data/-/query.xlsx?sql=${encodeURIComponent(sql)}`);
  const sheet = unzipSync(new Uint8Array(file))["xl/worksheets/sheet1.xml"];
  const xml = Buffer.from(sheet!).toString();
  expect(xml).not.toContain("<f");
  expect([...xml.matchAll(/t="inlineStr"><is><t>(.*?)<\/t>/g)].map(([, text]) => text)).toEqual([
    ...["=head", "=1+1", "@SUM(A1)", "-2+3", "1e5"],
    ...["_x005F_x0041_", "&lt;b&gt;"],
  ]);
});

describe("What is too much", () => {
  const settings = { max_csv_mb: "1", max_exports_per_minute: "1" };
  const rows = (count: number, bytes: number) =>
    `with recursive i(i) as (values (1) union all select i + 1 from i where i < ${count})
       insert into t select i, printf('%${bytes}d', i) from i;`;
  const bounded = temporarySite(
    `create table t (id integer primary key, word text); ${rows(6000, 200)}`,
    {
      config: { settings },
    },
  );
  const busy = temporarySite(
    `create table t (id integer primary key, word text); ${rows(12_000, 200)}`,
    {
      config: { settings: { ...settings, max_csv_mb: "0" } },
    },
  );
  afterAll(() => {
    bounded.close();
    busy.close();
  });

  test("is refused in a sentence, before anything is sent", async () => {
    for (const path of ["/data/t.xlsx", "/data/-/query.parquet?sql=select+*+from+t"]) {
      const answer = await bounded.get(path);
      expect(answer.status, path).toBe(413);
      const text = await answer.text();
      expect(text).toContain("more than 1 MB, the most that this site puts into a file");
    }
    expect((await bounded.get("/data/t.xlsx?id__lt=1000")).status).toBe(200);
  });

  test("is made so many times a minute", async () => {
    expect((await busy.get("/data/t.parquet")).status).toBe(200);
    const second = await busy.get("/data/t.xlsx");
    expect([second.status, second.headers.get("retry-after")]).toEqual([429, "60"]);
    expect(await second.text()).toContain("max_exports_per_minute");
    expect((await busy.get("/data/t.xlsx?id__lt=100")).status).toBe(200);
  });

  test("ends where there is no time for more", async () => {
    let steps = 0;
    const step = () => {
      if (++steps > 1) throw new HttpError(503, "No time is left.");
    };
    const headers = new Headers({ host: "localhost" });
    const ask = (url: string) => busy.app({ method: "GET", url, headers, isSecure: false, step });
    expect((await ask("/data/t.xlsx?_size=max")).status).toBe(503);
  });
});

test("files of all rows can be switched off", async () => {
  for (const format of ["xlsx", "parquet"])
    expect((await closed.get(`/data/t.${format}`)).status).toBe(400);
  expect(await (await closed.get("/data/t")).text()).not.toContain("t.xlsx");
});
