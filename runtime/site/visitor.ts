import type { DatabaseConfig, Permissions } from "../core/config/config-types.ts";
import type { SiteConfig } from "../core/config/site-config.ts";

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
 * What the anonymous reader may see. The most specific rule decides (table or query, then database,
 * then site); of two equally specific ones, the refusal.
 * https://docs.datasette.io/en/latest/authentication.html#how-permissions-are-resolved
 */
export class Visitor {
  readonly #config: SiteConfig;

  constructor(config: SiteConfig) {
    this.#config = config;
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
    const config = this.#config.databases.get(database)?.tables.get(table);
    return (
      strictest(config?.allow, config?.permissions["view-table"]) ??
      this.#databaseRule(database, "view-table")
    );
  }

  mayViewQuery(database: string, query: string): boolean {
    const config = this.#config.databases.get(database)?.queries.get(query);
    return (
      strictest(config?.allow, config?.permissions["view-query"]) ??
      this.#databaseRule(database, "view-query")
    );
  }

  mayExecuteSql(database: string): boolean {
    return this.mayViewDatabase(database) && this.#databaseRule(database, "execute-sql");
  }

  get #default(): boolean {
    return !this.#config.flags.defaultDeny;
  }

  #databaseRule(database: string, action: Action): boolean {
    const config = this.#config.databases.get(database);
    return (
      (config && strictest(allowBlock(config, action), config.permissions[action])) ??
      this.#siteRule(action) ??
      this.#default
    );
  }

  #siteRule(action: Action): Rule {
    const rule = strictest(allowBlock(this.#config, action), this.#config.permissions[action]);
    const sqlIsOff = action === "execute-sql" && !this.#config.settings.default_allow_sql;
    return sqlIsOff ? false : rule;
  }
}

/** `allow` governs everything that is viewed, `allow_sql` custom SQL. */
function allowBlock(
  config: Pick<DatabaseConfig | SiteConfig, "allow" | "allowSql"> & { permissions: Permissions },
  action: Action,
): Rule {
  if (action === "execute-sql") return config.allowSql;
  return action === "view-database-download" ? null : config.allow;
}

function strictest(...rules: (Rule | undefined)[]): Rule {
  if (rules.includes(false)) return false;
  return rules.includes(true) ? true : null;
}
