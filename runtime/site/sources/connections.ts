import type { Connection } from "../../core/sqlite/connection.ts";

/** The open databases of one version of the site: each is opened once, when first asked for. */
export class Connections {
  readonly #byName = new Map<string, Promise<Connection>>();

  /** The connection of this name; the first call opens it. After a failure the next call tries again. */
  get(name: string, open: () => Promise<Connection>): Promise<Connection> {
    const known = this.#byName.get(name);
    if (known) return known;
    const connection = open();
    this.#byName.set(name, connection);
    connection.catch(() => this.#byName.delete(name));
    return connection;
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** No request may be using any of them any more. */
  close(): void {
    for (const connection of this.#byName.values()) {
      connection.then((open) => open.close()).catch(() => {});
    }
    this.#byName.clear();
  }
}
