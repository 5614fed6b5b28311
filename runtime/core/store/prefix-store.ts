import type {
  Condition,
  ListedObject,
  ObjectFacts,
  ObjectStore,
  StoredObject,
} from "./object-store.ts";

/** The objects of another store whose keys begin with a path, as a store of their own. */
export class PrefixStore implements ObjectStore {
  readonly name: string;
  readonly #store: ObjectStore;
  readonly #prefix: string;

  /** `path` has no slash at its end; "": all of the store. `name` is what messages call it. */
  constructor(store: ObjectStore, path: string, name: string) {
    this.#store = store;
    this.#prefix = path === "" ? "" : `${path}/`;
    this.name = name;
  }

  get(key: string): Promise<StoredObject | null> {
    return this.#store.get(this.#prefix + key);
  }

  getRange(key: string, start: number, length: number): Promise<Buffer | null> {
    return this.#store.getRange(this.#prefix + key, start, length);
  }

  stat(key: string): Promise<ObjectFacts | null> {
    return this.#store.stat(this.#prefix + key);
  }

  put(key: string, body: Uint8Array, contentType: string): Promise<string> {
    return this.#store.put(this.#prefix + key, body, contentType);
  }

  putIf(
    condition: Condition,
    key: string,
    body: Uint8Array,
    contentType: string,
  ): Promise<string | null> {
    return this.#store.putIf(condition, this.#prefix + key, body, contentType);
  }

  copy(from: string, to: string): Promise<void> {
    return this.#store.copy(this.#prefix + from, this.#prefix + to);
  }

  async list(prefix: string, most?: number): Promise<ListedObject[]> {
    const listed = await this.#store.list(this.#prefix + prefix, most);
    return listed.map((object) => ({ ...object, key: object.key.slice(this.#prefix.length) }));
  }

  delete(keys: string[]): Promise<void> {
    return this.#store.delete(keys.map((key) => this.#prefix + key));
  }
}
