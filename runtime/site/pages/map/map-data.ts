/** Where the rows of a table page are, over all its pages, or those of a query. */
import { titleColumnOf } from "../../../core/sqlite/label-column.ts";
import type { SqlValue } from "../../../core/sqlite/values.ts";
import { badRequest } from "../../errors.ts";
import type { Place } from "../../parameters/map-place.ts";
import { type Geometry, parseGeometry, rounded } from "../../queries/geometry.ts";
import { keyColumns } from "../../queries/keyset.ts";
import {
  countSql,
  geometryColumnsSql,
  type MapSource,
  MOST_POINTS,
  placesSql,
} from "../../queries/map-sql.ts";
import { coordinateColumns } from "../../queries/position-columns.ts";
import { type ChartRows, queryChartRows, tableChartRows } from "../chart/chart-data.ts";
import type { PageContext } from "../context.ts";
import type { QueryData } from "../query/query-data.ts";
import { asHttpError } from "../sql-errors.ts";
import type { TableRequest } from "../table/table-request.ts";

/** What a map is made from. */
export interface MapRows extends ChartRows, MapSource {
  /** The column whose values are the names of the rows. */
  labelColumn: string | null;
  /** The page of the row with this key; null where rows have none. */
  hrefOf: ((key: readonly SqlValue[]) => string) | null;
}

export interface MapData {
  /** The columns it is made from; null where there are none. */
  place: Place | null;
  /** All that it could be made from. */
  places: readonly Place[];
  rows: number;
  /** Rows that have a position. */
  positions: number;
  /** Each so many-th of them is on the map. */
  step: number;
  /** Longitude and latitude of one after the other. */
  points: readonly number[];
  /** Fewer than there are positions where more would be too much for an answer; null for what is none. */
  geometries: readonly (Geometry | null)[];
}

/** Characters of all geometries together: an answer may have 6 MB. */
const MOST_GEOMETRY = 4_000_000;
/** The same before they are made smaller. */
const MOST_READ = 32_000_000;

export function tableMapRows(
  context: PageContext,
  asked: TableRequest,
  hrefOf: MapRows["hrefOf"],
): MapRows {
  const { connection, table, tableConfig } = asked;
  const title = () => titleColumnOf(connection, table.name, tableConfig.labelColumn);
  return {
    ...tableChartRows(context, asked),
    keys: table.isView ? [] : keyColumns(table),
    labelColumn: table.isView ? null : title(),
    hrefOf: table.isView ? null : hrefOf,
  };
}

/** @throws HttpError 400 for SQL that failed or cannot be a part of other SQL */
export function queryMapRows(context: PageContext, query: QueryData): MapRows {
  const rows = queryChartRows(context, query);
  return { ...rows, columns: query.columns, keys: [], labelColumn: null, hrefOf: null };
}

/** @throws HttpError 400 */
export function mapOf(rows: MapRows, asked: Place | null): MapData {
  const places = placesIn(rows);
  const place = asked === null ? (places[0] ?? null) : checked(rows, asked);
  const nothing = { place, places, points: [], geometries: [], step: 1, rows: 0, positions: 0 };
  if (place === null) return nothing;
  const [counts = []] = run(rows, countSql(rows, place));
  const [count, positions] = counts.map(Number) as [number, number];
  const step = Math.max(1, Math.ceil(positions / MOST_POINTS));
  const sql = placesSql(rows, place, step);
  const drawn =
    "geometry" in place ? { geometries: geometriesOf(rows, sql) } : { points: pointsOf(rows, sql) };
  return { ...nothing, ...drawn, rows: count, positions, step };
}

/** @throws HttpError 400 for columns that do not exist, or where there is nothing for a map */
export function placeOf(rows: MapRows, asked: Place | null): Place {
  const place = asked === null ? placesIn(rows)[0] : checked(rows, asked);
  if (place === undefined) throw badRequest("No columns here say where something is");
  return place;
}

function checked(rows: MapRows, place: Place): Place {
  for (const column of Object.values(place)) {
    if (!rows.columns.includes(column)) throw badRequest(`There is no column ${column} for a map`);
  }
  return place;
}

function placesIn(rows: MapRows): Place[] {
  const coordinates = coordinateColumns(rows.columns);
  const [seen = []] = run(rows, geometryColumnsSql(rows));
  const geometries = rows.columns
    .filter((_, at) => seen[at] === 1n)
    .map((geometry) => ({ geometry }));
  return coordinates === null ? geometries : [coordinates, ...geometries];
}

function pointsOf(rows: MapRows, sql: string): number[] {
  const points: number[] = [];
  run(rows, sql, ([x, y]) => {
    points.push(rounded(Number(x)), rounded(Number(y)));
    return true;
  });
  return points;
}

function geometriesOf(rows: MapRows, sql: string): (Geometry | null)[] {
  const geometries: (Geometry | null)[] = [];
  let [read, kept] = [0, 0];
  run(rows, sql, ([text]) => {
    read += String(text).length;
    const geometry = parseGeometry(String(text));
    kept += JSON.stringify(geometry).length;
    if (read > MOST_READ || kept > MOST_GEOMETRY) return false;
    geometries.push(geometry);
    return true;
  });
  return geometries;
}

/** @throws HttpError 400 */
export function run(
  { connection, parameters, options }: MapRows,
  sql: string,
  onRow?: (row: SqlValue[]) => boolean,
): SqlValue[][] {
  try {
    return connection.query(sql, parameters, { ...options, onRow }).rows;
  } catch (error) {
    throw asHttpError(error, sql);
  }
}
