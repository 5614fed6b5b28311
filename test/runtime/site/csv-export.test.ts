import { afterAll, beforeAll, expect, test } from "vitest";
import { htmlFacts } from "../../conformance/html-facts.ts";
import { type TemporarySite, temporarySite } from "./temporary-site.ts";

const SQL = `
  create table t (id integer primary key, kind text);
  with recursive n(i) as (select 1 union all select i + 1 from n where i < 250)
  insert into t select i, case i % 10 when 0 then 'rare' else 'common' end from n;
  create view v as select id, kind from t;
`;

const flags = { cors: false, crossdb: false, defaultDeny: false };

let site: TemporarySite;

beforeAll(() => {
  const settings = { max_returned_rows: "100", default_page_size: "20" };
  site = temporarySite(SQL, { version: 1, config: { settings, flags } });
});
afterAll(() => site.close());

interface ExportForm {
  action: string;
  fields: { name: string; kind: string; value: string | null }[];
}

/** What the page says of its CSV, and what comes when the form is sent, with these boxes ticked. */
async function exported(path: string, ticked: string[] = []) {
  const markup = await (await site.get(path)).text();
  const form = htmlFacts(markup).export_form as ExportForm;
  const pairs = form.fields
    .filter(({ kind, name }) => kind === "hidden" || ticked.includes(name))
    .map(({ name, value }): [string, string] => [name, value ?? "on"]);
  const response = await site.get(`${form.action}?${new URLSearchParams(pairs)}`);
  return {
    said: /<span>CSV of (.*):<\/span>/.exec(markup)?.[1],
    link: /<a href="([^"]+)">CSV of all [\d,]+ rows<\/a>/
      .exec(markup)?.[1]
      ?.replaceAll("&amp;", "&"),
    rows: await csvRows(response),
  };
}

async function csvRows(response: Response): Promise<number> {
  expect(response.status).toBe(200);
  return (await response.text()).trim().split("\r\n").length - 1;
}

test.each([
  ["all rows that one answer may have", "/data/t", "100 rows", 100],
  ["all rows, where they are few", "/data/t?kind=rare", "25 rows", 25],
  ["the same whatever the size of the page", "/data/t?_size=3", "100 rows", 100],
  ["what is left on the last page", "/data/t?_next=240", "10 rows", 10],
  ["what may be left on other pages", "/data/t?_next=20", "up to 100 rows", 100],
  ["rows that were not counted", "/data/t?_nocount=1", "up to 100 rows", 100],
  ["rows of a view", "/data/v?kind=rare", "25 rows", 25],
])("the page says how many rows its CSV will have: %s", async (_name, path, said, rows) => {
  expect(await exported(path)).toMatchObject({ said, rows });
});

test("the first page offers to stream all rows", async () => {
  expect(await exported("/data/t?kind=common", ["_stream"])).toMatchObject({ rows: 225 });
});

test("later pages offer to stream the rows from there on, and link to all rows", async () => {
  const { rows, link } = await exported("/data/t?kind=common&_next=20", ["_stream"]);
  expect(rows).toBe(225 - 18);
  expect(await csvRows(await site.get(link!))).toBe(225);
});

test("where streams are off, none is offered", async () => {
  const settings = { default_page_size: "20", allow_csv_stream: "off" };
  const other = temporarySite(SQL, { config: { settings, flags } });
  try {
    const markup = await (await other.get("/data/t?_next=20")).text();
    expect(markup).toContain("Export CSV");
    expect(markup).not.toContain("_stream");
  } finally {
    other.close();
  }
});

test("with _csv_safe or the setting of that name no cell is a formula", async () => {
  const sql = `create table f (id integer primary key, "=head" text);
    insert into f values (-1, '=cmd|'' /C calc''!A0'), (2, '+1'), (3, '-2+3'), (4, '@x'), (5, 'a=b'), (6, '-1.5e3');`;
  const [plain, safe] = ["off", "on"].map((value) =>
    temporarySite(sql, { config: { settings: { csv_safe: value } } }),
  ) as [TemporarySite, TemporarySite];
  const lines = [
    "id,'=head",
    "-1,'=cmd|' /C calc'!A0",
    "2,+1",
    "3,'-2+3",
    "4,'@x",
    "5,a=b",
    "6,-1.5e3",
    "",
  ];
  const unsafe = lines.map((line) => line.replace(",'", ","));
  try {
    const csv = async (from: TemporarySite, path: string) =>
      (await (await from.get(path)).text()).split("\r\n");
    expect(await csv(plain, "/data/f.csv")).toEqual(unsafe);
    expect(await csv(plain, "/data/f.csv?_csv_safe=1")).toEqual(lines);
    expect(await csv(plain, "/data/f.csv?_csv_safe=1&_stream=1")).toEqual(lines);
    expect(await csv(safe, "/data/f.csv")).toEqual(lines);
    expect(await csv(safe, "/data/-/query.csv?sql=select+*+from+f")).toEqual(lines);
    expect(await csv(safe, "/data/f.csv?_csv_safe=0")).toEqual(unsafe);
  } finally {
    plain.close();
    safe.close();
  }
});
