/**
 * Builds `examples/northwind.db`, a small shop: 8 categories, 120 products, 90 customers, 8,000
 * orders with some 20,000 order lines, a full-text index over the products and two views.
 * The numbers come from a seeded generator, so every build has the same bytes.
 *
 *     node examples/build-northwind.ts [target.db]
 */
import { renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import * as vocabulary from "./northwind-data.ts";

const SCHEMA = `
  CREATE TABLE categories (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    description TEXT
  );
  CREATE TABLE suppliers (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    contact TEXT,
    city TEXT NOT NULL,
    country TEXT NOT NULL,
    homepage TEXT
  );
  CREATE TABLE products (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    category_id INTEGER NOT NULL REFERENCES categories(id),
    supplier_id INTEGER NOT NULL REFERENCES suppliers(id),
    unit TEXT NOT NULL,
    price DECIMAL(10,2) NOT NULL,
    in_stock INTEGER NOT NULL,
    discontinued INTEGER NOT NULL DEFAULT 0,
    tags TEXT NOT NULL,
    description TEXT
  );
  CREATE TABLE customers (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    contact TEXT NOT NULL,
    email TEXT,
    city TEXT NOT NULL,
    country TEXT NOT NULL,
    latitude REAL,
    longitude REAL,
    since DATE NOT NULL
  );
  CREATE TABLE employees (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    job TEXT NOT NULL,
    hired DATE NOT NULL,
    reports_to INTEGER REFERENCES employees(id)
  );
  CREATE TABLE shippers (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    phone TEXT,
    price_per_kg DECIMAL(6,2) NOT NULL
  );
  CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    customer_id TEXT NOT NULL REFERENCES customers(id),
    employee_id INTEGER NOT NULL REFERENCES employees(id),
    shipper_id INTEGER REFERENCES shippers(id),
    ordered_at DATETIME NOT NULL,
    shipped_on DATE,
    freight DECIMAL(10,2) NOT NULL,
    status TEXT NOT NULL
  );
  CREATE TABLE order_lines (
    order_id INTEGER NOT NULL REFERENCES orders(id),
    product_id INTEGER NOT NULL REFERENCES products(id),
    quantity INTEGER NOT NULL,
    unit_price DECIMAL(10,2) NOT NULL,
    discount REAL NOT NULL DEFAULT 0,
    PRIMARY KEY (order_id, product_id)
  ) WITHOUT ROWID;
  CREATE INDEX products_by_category ON products(category_id);
  CREATE INDEX orders_by_customer ON orders(customer_id);
  CREATE INDEX orders_by_date ON orders(ordered_at);
  CREATE INDEX order_lines_by_product ON order_lines(product_id);
  CREATE VIEW order_totals AS
    SELECT orders.id AS order_id, customers.name AS customer, orders.ordered_at,
           count(*) AS lines,
           round(sum(quantity * unit_price * (1 - discount)), 2) AS total
    FROM orders
    JOIN customers ON customers.id = orders.customer_id
    JOIN order_lines ON order_lines.order_id = orders.id
    GROUP BY orders.id;
  CREATE VIEW monthly_sales AS
    SELECT substr(ordered_at, 1, 7) AS month, categories.name AS category,
           sum(quantity) AS units,
           round(sum(quantity * unit_price * (1 - discount)), 2) AS revenue
    FROM order_lines
    JOIN orders ON orders.id = order_lines.order_id
    JOIN products ON products.id = order_lines.product_id
    JOIN categories ON categories.id = products.category_id
    GROUP BY month, category;
  CREATE VIRTUAL TABLE products_fts USING fts5(name, description, content="products", content_rowid="id");
`;

const PRODUCTS = 120;
const CUSTOMERS = 90;
const SUPPLIERS = 24;
const EMPLOYEES = 14;
const ORDERS = 8000;

/** mulberry32: 32 bits of state are plenty for a shop. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const random = seededRandom(1996);
const whole = (from: number, to: number) => from + Math.floor(random() * (to - from + 1));
const cents = (from: number, to: number) => Math.round((from + random() * (to - from)) * 100) / 100;
const chance = (probability: number) => random() < probability;

function pick<T>(from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

function personName(): string {
  return `${pick(vocabulary.GIVEN_NAMES)} ${pick(vocabulary.FAMILY_NAMES)}`;
}

/** ISO date `days` after 2021-01-04. */
function dateAfter(days: number): string {
  return new Date(Date.UTC(2021, 0, 4) + days * 86_400_000).toISOString().slice(0, 10);
}

/** ASCII, lower case: for host names and e-mail addresses. */
function slug(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/ø/gi, "o")
    .replace(/ł/gi, "l")
    .replace(/ı/g, "i")
    .replace(/[^\w ]/g, "")
    .trim()
    .replace(/\s+/g, "-")
    .toLowerCase();
}

function fillPeopleAndPlaces(db: Database.Database): void {
  const category = db.prepare("INSERT INTO categories VALUES (?, ?, ?)");
  vocabulary.CATEGORIES.forEach(([name, description], at) => {
    category.run(at + 1, name, description);
  });
  const shipper = db.prepare("INSERT INTO shippers VALUES (?, ?, ?, ?)");
  vocabulary.SHIPPERS.forEach(([name, phone, price], at) => {
    shipper.run(at + 1, name, phone, price);
  });
  const supplier = db.prepare("INSERT INTO suppliers VALUES (?, ?, ?, ?, ?, ?)");
  for (let id = 1; id <= SUPPLIERS; id++) {
    const [city, , , country] = pick(vocabulary.CITIES);
    const company = `${pick(vocabulary.MAKERS)} ${pick(vocabulary.COMPANY_WORDS)}`;
    const homepage = chance(0.7) ? `https://${slug(company)}.example/` : null;
    supplier.run(id, company, personName(), city, country, homepage);
  }
  const customer = db.prepare("INSERT INTO customers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const taken = new Set<string>();
  while (taken.size < CUSTOMERS) {
    const owner = pick(vocabulary.FAMILY_NAMES);
    const company = `${owner} ${pick(vocabulary.COMPANY_WORDS)}`;
    const code = slug(company).replace(/-/g, "").slice(0, 4).toUpperCase() + whole(10, 99);
    if (taken.has(code)) continue;
    taken.add(code);
    const [city, latitude, longitude, country] = pick(vocabulary.CITIES);
    const contact = `${pick(vocabulary.GIVEN_NAMES)} ${owner}`;
    const email = chance(0.85)
      ? `${slug(contact).replace("-", ".")}@${slug(company)}.example`
      : null;
    const near = () => (random() - 0.5) / 10;
    customer.run(
      code,
      company,
      contact,
      email,
      city,
      country,
      Math.round((latitude + near()) * 1e4) / 1e4,
      Math.round((longitude + near()) * 1e4) / 1e4,
      dateAfter(whole(0, 400)),
    );
  }
  const employee = db.prepare("INSERT INTO employees VALUES (?, ?, ?, ?, ?)");
  for (let id = 1; id <= EMPLOYEES; id++) {
    const reportsTo = id === 1 ? null : id <= 4 ? 1 : whole(2, 4);
    const job = id === 1 ? "Director" : pick(vocabulary.JOBS);
    employee.run(id, personName(), job, dateAfter(whole(-2000, 900)), reportsTo);
  }
}

/** Returns the price of each product, by id. */
function fillProducts(db: Database.Database): number[] {
  const insert = db.prepare("INSERT INTO products VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const prices: number[] = [0];
  const names = new Set<string>();
  for (let id = 1; id <= PRODUCTS; ) {
    const at = (id - 1) % vocabulary.CATEGORIES.length;
    const [category, , kinds, lowest, highest] = vocabulary.CATEGORIES[at]!;
    const kind = pick(kinds);
    const name = `${pick(vocabulary.MAKERS)} ${kind}`;
    if (names.has(name)) continue;
    names.add(name);
    const tags = vocabulary.TAGS.filter(() => chance(0.22));
    const city = pick(vocabulary.CITIES)[0];
    const description = `${kind} from ${city}${tags.length ? `, ${tags.join(" and ")}` : ""}. See all our ${category.toLowerCase()}.`;
    const price = cents(lowest, highest);
    const discontinued = chance(0.08) ? 1 : 0;
    insert.run(
      id,
      name,
      at + 1,
      whole(1, SUPPLIERS),
      pick(vocabulary.UNITS),
      price,
      discontinued ? 0 : whole(0, 400),
      discontinued,
      JSON.stringify(tags),
      chance(0.9) ? description : null,
    );
    prices.push(price);
    id++;
  }
  return prices;
}

function fillOrders(db: Database.Database, prices: number[]): void {
  const customers = db.prepare("SELECT id FROM customers ORDER BY id").pluck().all() as string[];
  const order = db.prepare("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  const line = db.prepare("INSERT INTO order_lines VALUES (?, ?, ?, ?, ?)");
  const days = 1640;
  for (let id = 1; id <= ORDERS; id++) {
    const day = 400 + Math.floor((id / ORDERS) * days);
    const open = id > ORDERS - 60;
    const cancelled = !open && chance(0.02);
    const time = `${String(whole(7, 18)).padStart(2, "0")}:${String(whole(0, 59)).padStart(2, "0")}:00`;
    // The square favours the first customers: a shop has regulars.
    const customer = customers[Math.floor(random() ** 2 * customers.length)]!;
    order.run(
      id,
      customer,
      whole(2, EMPLOYEES),
      cancelled ? null : whole(1, vocabulary.SHIPPERS.length),
      `${dateAfter(day)}T${time}`,
      open || cancelled ? null : dateAfter(day + whole(1, 12)),
      cents(3, 90),
      open ? "open" : cancelled ? "cancelled" : "shipped",
    );
    const bought = new Set<number>();
    for (let lines = whole(1, 4); lines > 0; lines--) bought.add(whole(1, PRODUCTS));
    for (const product of [...bought].sort((a, b) => a - b)) {
      const discount = chance(0.15) ? pick([0.05, 0.1, 0.15, 0.25]) : 0;
      line.run(id, product, whole(1, 40), prices[product], discount);
    }
  }
}

/** Writes the database to `target`, replacing what is there only when it is complete. */
export function buildNorthwind(target: string): void {
  const partial = `${target}.partial`;
  rmSync(partial, { force: true });
  const db = new Database(partial);
  db.pragma("journal_mode = OFF");
  db.exec(SCHEMA);
  db.transaction(() => {
    fillPeopleAndPlaces(db);
    fillOrders(db, fillProducts(db));
    db.exec("INSERT INTO products_fts(products_fts) VALUES ('rebuild')");
  })();
  db.exec("ANALYZE");
  db.exec("VACUUM");
  db.close();
  renameSync(partial, target);
}

if (import.meta.main) {
  buildNorthwind(process.argv[2] ?? fileURLToPath(new URL("northwind.db", import.meta.url)));
}
