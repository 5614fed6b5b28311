/** What a key below `inbox/` says: which file it is and which database it is for. Pure. */
import { LoadError } from "../model/load-error.ts";

export const INBOX = "inbox/";
export const FAILED = "inbox-failed/";

export interface InboxFile {
  /** Where it is: `inbox/shop/sales.csv`. */
  key: string;
  /** The file's own name, which its tables are named after: `sales.csv`. */
  file: string;
  /** The database that its tables go into: `shop`, or `sales` for `inbox/sales.csv`. */
  database: string;
  /** True for a SQLite file that is the whole database, `inbox/sales.db`. */
  isWhole: boolean;
}

const SQLITE_FILE = /\.(db|sqlite3?)$/i;
/** What is left out of a database's name: `sales.csv.gz` is `sales`. */
const EXTENSIONS = /(\.[A-Za-z0-9]{1,8}){1,2}$/;
const COMPRESSION = /\.(gz|zst)$/i;
/** Names that Datasette keeps for itself. */
const RESERVED = ["_memory", "_internal", "-", ""];

/**
 * Null for what is no file, such as the empty object that stands for a folder. Throws a LoadError for a
 * file that has no place: too deep, or under a name that cannot be served.
 */
export function parseInboxKey(key: string): InboxFile | null {
  if (!key.startsWith(INBOX) || key.endsWith("/")) return null;
  const [first = "", second, ...deeper] = key.slice(INBOX.length).split("/");
  if (deeper.length > 0) {
    throw new LoadError(
      "bad_inbox_key",
      `${key} is in a folder of a folder; the inbox has files, and folders of files for one database`,
      `${INBOX}${first}/${deeper.at(-1)}`,
    );
  }
  const file = second ?? first;
  const database = second === undefined ? withoutExtension(first) : first;
  if (RESERVED.includes(database) || withoutExtension(file) === "") {
    throw new LoadError(
      "bad_database_name",
      `${key} would become a database with the name "${database}", which cannot be served`,
      `another name, such as ${INBOX}data.csv`,
    );
  }
  return { key, file, database, isWhole: second === undefined && SQLITE_FILE.test(file) };
}

function withoutExtension(file: string): string {
  const extension = EXTENSIONS.exec(file)?.[0] ?? "";
  const isTwo = COMPRESSION.test(extension);
  const last = isTwo ? extension : (/\.[A-Za-z0-9]{1,8}$/.exec(file)?.[0] ?? "");
  return file.slice(0, file.length - last.length);
}
