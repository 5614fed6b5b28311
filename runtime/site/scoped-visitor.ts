/** What the holder of a token may see that does not read all of a site. */
import type { Actor } from "../core/access/actor.ts";
import { type ReadScope, reads, readsAllOf, readsAnyOf } from "../core/access/read-scopes.ts";
import type { SiteConfig } from "../core/config/site-config.ts";
import { Visitor } from "./visitor.ts";

/** What the scopes name, as far as the rules let its actor see it; nothing that they do not name. */
export class ScopedVisitor extends Visitor {
  readonly #scopes: readonly ReadScope[];

  constructor(config: SiteConfig, actor: Actor, scopes: readonly ReadScope[]) {
    super(config, actor);
    this.#scopes = scopes;
  }

  override mayViewDatabase(database: string): boolean {
    return readsAnyOf(this.#scopes, database) && super.mayViewDatabase(database);
  }

  override mayDownload(database: string): boolean {
    return this.mayReadAllOf(database) && super.mayDownload(database);
  }

  override mayViewTable(database: string, table: string): boolean {
    return reads(this.#scopes, database, table) && super.mayViewTable(database, table);
  }

  override mayViewQuery(database: string, query: string): boolean {
    return reads(this.#scopes, database, query) && super.mayViewQuery(database, query);
  }

  override mayViewDashboard(database: string, dashboard: string): boolean {
    return this.mayReadAllOf(database) && super.mayViewDashboard(database, dashboard);
  }

  override mayViewLoads(): boolean {
    return false;
  }

  override mayViewFiles(): boolean {
    return false;
  }

  protected override mayReadAllOf(database: string): boolean {
    return readsAllOf(this.#scopes, database);
  }
}
