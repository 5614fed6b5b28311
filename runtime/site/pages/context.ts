import type { Identity } from "../../core/access/actor.ts";
import type { DatabaseConfig, TableConfig } from "../../core/config/config-types.ts";
import { NO_DATABASE_CONFIG, NO_TABLE_CONFIG } from "../../core/config/no-config.ts";
import type { SiteConfig } from "../../core/config/site-config.ts";
import type { Connection } from "../../core/sqlite/connection.ts";
import { forbidden, notFound } from "../errors.ts";
import type { Links } from "../links.ts";
import type { PageRequest } from "../parameters/page-request.ts";
import type { Site, SiteDatabase } from "../site.ts";
import type { Visitor } from "../visitor.ts";

/** What every page is made from: one version of the site, one request, and what its sender may see. */
export interface PageContext {
  site: Site;
  config: SiteConfig;
  request: PageRequest;
  links: Links;
  visitor: Visitor;
  /** Who is signed in; null where nobody is. */
  session: Identity | null;
  /** `SiteRequest.step` */
  step: () => void;
}

export interface OpenDatabase {
  database: SiteDatabase;
  connection: Connection;
  config: DatabaseConfig;
}

/** @throws HttpError 404 */
export function findDatabase(context: PageContext, name: string): SiteDatabase {
  const database = context.site.databases.find((candidate) => candidate.name === name);
  if (database) return database;
  const { past, version } = context.site;
  if (past === undefined || !past.databases.includes(name)) throw notFound("Database not found");
  if (context.visitor.mayTravel(name)) {
    throw notFound(`There was no database ${name} in version ${version}`);
  }
  throw forbidden(`Earlier versions of ${name} are not shown`);
}

/** @throws HttpError 404 */
export async function openDatabase(context: PageContext, name: string): Promise<OpenDatabase> {
  const database = findDatabase(context, name);
  const connection = await database.connect();
  connection.refresh();
  return { database, connection, config: databaseConfig(context.config, name) };
}

export function databaseConfig(config: SiteConfig, database: string): DatabaseConfig {
  return config.databases.get(database) ?? NO_DATABASE_CONFIG;
}

export function tableConfig(config: DatabaseConfig, table: string): TableConfig {
  return config.tables.get(table) ?? NO_TABLE_CONFIG;
}
