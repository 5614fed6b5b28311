/** What is measured: a request to the app, and the same question asked of SQLite directly. */

export interface BenchCase {
  name: string;
  path: string;
  /** What the bare server runs: its rows become JSON. null where there is nothing to compare with. */
  bareSql: string | null;
  bareParameters?: Record<string, unknown>;
  /** The share of the bare server's throughput that is promised; null for none. */
  promised: number | null;
  /** For pages: the case with the same rows as JSON, and how many times its CPU time is promised; null for none. */
  json?: { path: string; times: number | null };
}

export const CASES: readonly BenchCase[] = [
  {
    name: "table JSON, 100 rows",
    path: "/northwind/order_lines.json",
    bareSql:
      "select order_id, product_id, quantity, unit_price, discount from order_lines order by order_id, product_id limit 101",
    promised: 0.6,
  },
  {
    name: "table JSON, 100 rows, 8 columns",
    path: "/northwind/orders.json",
    bareSql: "select * from orders order by id limit 101",
    promised: 0.6,
  },
  {
    name: "filtered and sorted",
    path: "/northwind/orders.json?status=shipped&freight__gt=20&_sort_desc=ordered_at",
    bareSql:
      "select * from orders where freight > :p0 and status = :p1 order by ordered_at desc, id limit 101",
    bareParameters: { p0: 20n, p1: "shipped" },
    promised: 0.6,
  },
  {
    name: "facets",
    path: "/northwind/orders.json?_facet=status&_facet=shipper_id&_size=10",
    bareSql: "select * from orders order by id limit 11",
    promised: null,
  },
  {
    name: "row",
    path: "/northwind/orders/1234.json",
    bareSql: "select * from orders where id = 1234",
    promised: null,
  },
  {
    name: "custom SQL",
    path: `/northwind/-/query.json?sql=${encodeURIComponent("select * from products order by price desc limit 100")}`,
    bareSql: "select * from products order by price desc limit 100",
    promised: null,
  },
  {
    name: "CSV, all 19,797 rows",
    path: "/northwind/order_lines.csv?_stream=1",
    bareSql: "select * from order_lines",
    promised: null,
  },
  {
    name: "table HTML, 100 rows",
    path: "/northwind/orders",
    bareSql: null,
    promised: null,
    json: { path: "/northwind/orders.json", times: 3 },
  },
  {
    name: "table HTML, compound key",
    path: "/northwind/order_lines",
    bareSql: null,
    promised: null,
    json: { path: "/northwind/order_lines.json", times: null },
  },
];
