import type { Actor } from "../core/access/actor.ts";
import { type Allow, admits } from "../core/access/allow.ts";
import type { DatabaseConfig, Permissions, TableConfig } from "../core/config/config-types.ts";
import type { SiteConfig } from "../core/config/site-config.ts";
import { asciiLower } from "../core/names.ts";
import type { TableRules } from "../core/sqlite/privacy.ts";
import { MEMORY_NAME } from "./site.ts";

type Action =
  | "view-instance"
  | "view-database"
  | "view-database-download"
  | "view-table"
  | "view-query"
  | "execute-sql";

/** A rule is null where the configuration says nothing. */
type Rule = boolean | null;

/**
 * What a reader may see. The most specific rule decides (table or query, then database,
 * then site); of two equally specific ones, the refusal.
 * https://docs.datasette.io/en/latest/authentication.html#how-permissions-are-resolved
 */
export class Visitor {
  readonly #config: SiteConfig;
  readonly #actor: Actor | null;

  /** `actor` is null for whoever has not signed in. */
  constructor(config: SiteConfig, actor: Actor | null = null) {
    this.#config = config;
    this.#actor = actor;
  }

  mayViewInstance(): boolean {
    return this.#siteRule("view-instance") ?? this.#default;
  }

  mayViewDatabase(database: string): boolean {
    return this.#databaseRule(database, "view-database");
  }

  mayDownload(database: string): boolean {
    return this.mayViewDatabase(database) && this.#databaseRule(database, "view-database-download");
  }

  mayViewTable(database: string, table: string): boolean {
    return this.#tableRule(database, table) ?? this.#databaseRule(database, "view-table");
  }

  /** The site's own files (`--static`), which no rule is about. */
  mayViewFiles(): boolean {
    return true;
  }

  /** What holds for the tables of a connection; undefined where nothing is private. */
  tableRules(database: string): TableRules | undefined {
    const hasPrivateTable = this.#configsOf(database).some(({ tables }) =>
      [...tables.values()].some((table) => this.#ownRule(table) === false),
    );
    const isPrivate =
      hasPrivateTable ||
      !this.mayReadAllOf(database) ||
      !this.#databaseRule(database, "view-table");
    // What is attached to `_memory` has rules of its own.
    if (!isPrivate && database !== MEMORY_NAME) return undefined;
    const named = (schema: string) => (["main", "temp"].includes(schema) ? database : schema);
    return {
      mayView: (schema, table) => this.mayViewTable(named(schema), table),
      isNamed: (schema, table) => this.#tableRule(named(schema), table) !== null,
    };
  }

  mayViewQuery(database: string, query: string): boolean {
    const config = this.#config.databases.get(database)?.queries.get(query);
    return (
      this.#strictest(config?.allow, config?.permissions["view-query"]) ??
      this.#databaseRule(database, "view-query")
    );
  }

  /** The dashboard itself; each of its parts has the rules of its table or query. */
  mayViewDashboard(database: string, dashboard: string): boolean {
    const config = this.#config.databases.get(database)?.dashboards.get(dashboard);
    return this.#strictest(config?.allow) ?? this.mayViewDatabase(database);
  }

  mayExecuteSql(database: string): boolean {
    return this.mayViewDatabase(database) && this.#databaseRule(database, "execute-sql");
  }

  /** What became of all loads, also of those that failed: only where it is allowed by its name. */
  mayViewLoads(): boolean {
    const isAllowed = this.#strictest(this.#config.permissions["view-loads"]) === true;
    return this.mayViewInstance() && isAllowed;
  }

  /**
   * Whether earlier versions of a database are shown. What they have may be denied now, or was removed on
   * purpose: where anything is denied, only if the permission `view-versions` allows it by its name.
   */
  mayTravel(database: string): boolean {
    if (!this.#config.settings.allow_time_travel || !this.mayViewDatabase(database)) return false;
    const all = [this.#config, ...this.#configsOf(database)];
    const asked = this.#strictest(...all.map(({ permissions }) => permissions["view-versions"]));
    return asked ?? !(this.#config.flags.defaultDeny || this.#deniesAnything(database));
  }

  protected admits(allow: Allow): boolean {
    return admits(allow, this.#actor);
  }

  /** Whether nothing but the rules limits what is read of a database. */
  protected mayReadAllOf(_database: string): boolean {
    return true;
  }

  #deniesAnything(database: string): boolean {
    if (!this.mayReadAllOf(database)) return true;
    const configs = this.#configsOf(database);
    return allowsOf(this.#config, configs).some((allow) => this.#strictest(allow) === false);
  }

  get #default(): boolean {
    return !this.#config.flags.defaultDeny;
  }

  #databaseRule(database: string, action: Action): boolean {
    const rules = this.#configsOf(database).map((config) =>
      this.#strictest(allowBlock(config, action), config.permissions[action]),
    );
    return this.#strictest(...rules) ?? this.#siteRule(action) ?? this.#default;
  }

  #tableRule(database: string, table: string): Rule {
    const configs = this.#configsOf(database).flatMap(({ tables }) => alike(tables, table));
    return this.#strictest(...configs.map((config) => this.#ownRule(config)));
  }

  #ownRule({ allow, permissions }: Pick<TableConfig, "allow" | "permissions">): Rule {
    return this.#strictest(allow, permissions["view-table"]);
  }

  /** That of the name; where there is none, those of names that are the same to SQLite. */
  #configsOf(database: string): readonly DatabaseConfig[] {
    const exact = this.#config.databases.get(database);
    return exact === undefined ? alike(this.#config.databases, database) : [exact];
  }

  #siteRule(action: Action): Rule {
    const rule = this.#strictest(
      allowBlock(this.#config, action),
      this.#config.permissions[action],
    );
    const sqlIsOff = action === "execute-sql" && !this.#config.settings.default_allow_sql;
    return sqlIsOff ? false : rule;
  }

  #strictest(...rules: (Allow | Rule | undefined)[]): Rule {
    let found: Rule = null;
    for (const rule of rules) {
      if (rule === null || rule === undefined) continue;
      if (!this.admits(rule)) return false;
      found = true;
    }
    return found;
  }
}

/** Every `allow`, `allow_sql` and permission of the site and of these databases. */
export function allowsOf(site: SiteConfig, databases: readonly DatabaseConfig[]): Allow[] {
  const wholes = [site, ...databases];
  const parts = databases.flatMap(({ tables, queries }) => [
    ...tables.values(),
    ...queries.values(),
  ]);
  const dashboards = databases.flatMap((each) => [...each.dashboards.values()]);
  return [
    ...wholes.map(({ allowSql }) => allowSql),
    ...[...wholes, ...parts].flatMap(({ permissions }) => Object.values(permissions)),
    ...[...wholes, ...parts, ...dashboards].map(({ allow }) => allow),
  ].filter((allow) => allow !== null);
}

/** What a map has under names that are the same to SQLite, which knows one case of ASCII letters. */
function alike<T>(map: ReadonlyMap<string, T>, name: string): T[] {
  const wanted = asciiLower(name);
  return [...map].filter(([key]) => asciiLower(key) === wanted).map(([, value]) => value);
}

/** `allow` governs everything that is viewed, `allow_sql` custom SQL. */
function allowBlock(
  config: Pick<DatabaseConfig | SiteConfig, "allow" | "allowSql"> & { permissions: Permissions },
  action: Action,
): Allow | null {
  if (action === "execute-sql") return config.allowSql;
  return action === "view-database-download" ? null : config.allow;
}
