/** Databases of Glue and their tables as they were made, kept on disk. Nothing is queried here. */
import { join } from "node:path";
import { readJson, writeJson } from "../common/json-file.ts";
import { AwsFault } from "../common/service.ts";

/** What a client gives of a table; `service.ts` has checked it. */
export interface TableInput {
  Name: string;
}

export interface CatalogTable<T extends TableInput = TableInput> {
  input: T;
  version: number;
  /** Seconds since 1970. */
  created: number;
  updated: number;
}

interface CatalogDatabase {
  region: string;
  name: string;
  description: string;
  tables: CatalogTable[];
  /** Which creation made it; see ResourceRequest.token. */
  token: string;
}

export class Catalog {
  readonly #path: string;
  #databases: CatalogDatabase[];

  constructor(home: string) {
    this.#path = join(home, "glue", "databases.json");
    this.#databases = readJson<CatalogDatabase[]>(this.#path) ?? [];
  }

  create(region: string, name: string, description: string, token: string): void {
    const existing = this.#find(region, name);
    if (existing?.token === token) return;
    if (existing !== undefined) {
      throw new AwsFault("AlreadyExistsException", "Database already exists.");
    }
    this.#databases.push({ region, name, description, tables: [], token });
    this.#save();
  }

  describe(region: string, name: string, description: string): void {
    this.#get(region, name).description = description;
    this.#save();
  }

  /** With all of its tables, as in Glue. One that is gone is no fault. */
  delete(region: string, name: string): void {
    const existing = this.#find(region, name);
    this.#databases = this.#databases.filter((each) => each !== existing);
    this.#save();
  }

  tables(region: string, database: string): readonly CatalogTable[] {
    return this.#get(region, database).tables.toSorted((a, b) =>
      a.input.Name < b.input.Name ? -1 : 1,
    );
  }

  createTable(region: string, database: string, input: TableInput): void {
    const { tables } = this.#get(region, database);
    if (tables.some((table) => table.input.Name === input.Name)) {
      throw new AwsFault("AlreadyExistsException", "Table already exists.");
    }
    const now = Date.now() / 1000;
    tables.push({ input, version: 0, created: now, updated: now });
    this.#save();
  }

  /** `version` is the one that the caller has seen; undefined: whichever is there. */
  updateTable(region: string, database: string, input: TableInput, version?: string): void {
    const table = this.#table(region, database, input.Name);
    if (version !== undefined && version !== String(table.version)) {
      throw new AwsFault(
        "ConcurrentModificationException",
        "Update table failed due to concurrent modifications.",
      );
    }
    table.input = input;
    table.version++;
    table.updated = Date.now() / 1000;
    this.#save();
  }

  deleteTable(region: string, database: string, name: string): void {
    const table = this.#table(region, database, name);
    const found = this.#get(region, database);
    found.tables = found.tables.filter((each) => each !== table);
    this.#save();
  }

  #find(region: string, name: string): CatalogDatabase | undefined {
    return this.#databases.find((each) => each.region === region && each.name === name);
  }

  #get(region: string, name: string): CatalogDatabase {
    const found = this.#find(region, name);
    if (found !== undefined) return found;
    throw new AwsFault("EntityNotFoundException", `Database ${name} not found.`);
  }

  #table(region: string, database: string, name: string): CatalogTable {
    const found = this.#get(region, database).tables.find(({ input }) => input.Name === name);
    if (found !== undefined) return found;
    throw new AwsFault("EntityNotFoundException", `Table ${name} not found.`);
  }

  #save(): void {
    writeJson(this.#path, this.#databases);
  }
}
