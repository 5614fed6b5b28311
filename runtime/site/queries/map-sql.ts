/**
 * Where the rows of a table's filters or of a query are: the SQL behind a map. Nothing here runs it.
 */
import type { Place } from "../parameters/map-place.ts";
import { GEOMETRY_TYPES } from "./geometry.ts";

export interface MapSource {
  /** A `select` in parentheses. */
  subquery: string;
  columns: readonly string[];
  /** The columns whose values tell the rows apart, so that they have an order; none for queries and views. */
  keys: readonly string[];
}

/** Points of one map; of more rows, points that are evenly chosen. */
export const MOST_POINTS = 50_000;

/** Rows that are looked at for GeoJSON. */
const SAMPLE = 100;

/** How many rows there are, and how many of them have a position. */
export function countSql(source: MapSource, place: Place): string {
  return `${rowsOf(source, place)}\nselect count(*), count(*) filter (where ${HAS_PLACE}) from placed`;
}

/** Longitude and latitude, or GeoJSON and null, of each `step`th row that has a position. */
export function placesSql(source: MapSource, place: Place, step: number): string {
  const rows = rowsOf(source, place);
  if (step === 1) {
    return `${rows}\nselect x, y from placed where ${HAS_PLACE}${orderOf(source)} limit ${MOST_POINTS}`;
  }
  return `${rows}
select x, y from (select x, y, row_number() over (${orderOf(source)}) - 1 as at from placed where ${HAS_PLACE})
where at % ${step} = 0 order by at`;
}

/** All columns of the row that is the `at`th (from 0) of those with a position. */
export function rowSql(source: MapSource, place: Place, at: number): string {
  const columns = source.columns.map((_, index) => `c${index}`).join(", ");
  return `${rowsOf(source, place)}
select ${columns} from placed where ${HAS_PLACE}${orderOf(source)} limit 1 offset ${at}`;
}

/** One row: for each column whether GeoJSON is seen in it. */
export function geometryColumnsSql(source: MapSource): string {
  const seen = source.columns.map(
    (_, at) =>
      `max(typeof(c${at}) = 'text' and c${at} like '{%"type"%' and c${at} like '%"coordinates"%')`,
  );
  return `${sourceOf(source)}
select ${seen.join(", ")} from (select * from source limit ${SAMPLE})`;
}

const HAS_PLACE = "has_place";

function sourceOf({ subquery, columns, keys }: MapSource): string {
  // By position, because the columns of a query may share names. Without a key the rows have the order in
  // which they are found, which is the same each time only where SQLite finds them in the same way.
  const names = columns.map((_, at) => `c${at}`).join(", ");
  return `with source(${names}) as ${keys.length === 0 ? "materialized " : ""}${subquery}`;
}

function rowsOf(source: MapSource, place: Place): string {
  const column = (name: string) => `c${source.columns.indexOf(name)}`;
  if ("geometry" in place) {
    const value = column(place.geometry);
    const types = [...GEOMETRY_TYPES, "Feature"].map((type) => `'${type}'`).join(", ");
    return `${sourceOf(source)},
placed as (select *, ${value} as x, null as y,
  typeof(${value}) = 'text' and case when json_valid(${value}) then json_extract(${value}, '$.type') in (${types}) else 0 end as has_place from source)`;
  }
  const [x, y] = [degrees(column(place.longitude)), degrees(column(place.latitude))];
  return `${sourceOf(source)},
degrees as (select *, ${x} as x, ${y} as y from source),
placed as (select *, x between -180 and 180 and y between -90 and 90 as has_place from degrees)`;
}

function degrees(column: string): string {
  const text = `trim(${column})`;
  return `case when typeof(${column}) in ('integer', 'real') then ${column}
  when typeof(${column}) = 'text' and ${text} glob '*[0-9]*' and ${text} not glob '*[^-+0-9.eE]*' then cast(${text} as real) end`;
}

function orderOf({ columns, keys }: MapSource): string {
  if (keys.length === 0) return "";
  return ` order by ${keys.map((key) => `c${columns.indexOf(key)}`).join(", ")}`;
}
