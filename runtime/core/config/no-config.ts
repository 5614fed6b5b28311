/** What holds for a database and a table of which the configuration says nothing. */
import type { DatabaseConfig, TableConfig } from "./config-types.ts";

export const NO_DATABASE_CONFIG: DatabaseConfig = {
  metadata: {},
  allow: null,
  allowSql: null,
  permissions: {},
  tables: new Map(),
  tableOrder: "name",
  queries: new Map(),
  dashboards: new Map(),
};

export const NO_TABLE_CONFIG: TableConfig = {
  metadata: {},
  allow: null,
  permissions: {},
  columnDescriptions: new Map(),
  columnTypes: new Map(),
  columnFormats: new Map(),
  sort: null,
  sortDesc: null,
  size: null,
  facets: [],
  facetSize: null,
  sortableColumns: null,
  labelColumn: null,
  hidden: false,
  ftsTable: null,
  ftsPk: null,
  searchMode: null,
  charts: [],
};
