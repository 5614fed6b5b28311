import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { DslError } from "../../../../runtime/core/dsl-error.ts";
import { checkFile } from "../../../../runtime/publisher/database/check-file.ts";
import { checkIntegrity } from "../../../../runtime/publisher/database/integrity.ts";
import { snapshotDatabase } from "../../../../runtime/publisher/database/snapshot.ts";
import { execute, makeDatabase, temporaryDirectory } from "./files.ts";

async function failure(promise: Promise<unknown>): Promise<DslError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DslError)) throw new Error(`expected a DslError, not ${error}`);
  return error;
}

test("a database passes, also through a symbolic link", async () => {
  const directory = await temporaryDirectory();
  makeDatabase(join(directory, "items.db"), 1);
  await symlink(join(directory, "items.db"), join(directory, "link.db"));
  const checked = await checkFile(join(directory, "link.db"));
  expect(checked.header).toMatchObject({ pageSize: 4096, wal: false });
  expect(checked.header.pageCount! * 4096).toBe(checked.size);
});

describe("what is not a file", () => {
  test("a missing file", async () => {
    const error = await failure(checkFile("/nonexistent/data.db"));
    expect(error.code).toBe("file_not_found");
    expect(error.message).toContain("/nonexistent/data.db");
  });

  test("a directory", async () => {
    const directory = await temporaryDirectory();
    const error = await failure(checkFile(directory));
    expect(error.code).toBe("is_directory");
    expect(error.hint).toContain(`${directory}/*.db`);
  });

  test("a named pipe", async () => {
    const path = join(await temporaryDirectory(), "pipe.db");
    execFileSync("mkfifo", [path]);
    expect((await failure(checkFile(path))).code).toBe("not_a_file");
  });
});

describe("what is not a database", () => {
  const csv = "id,name\n1,Alice\n2,Bob\n";
  const cases: [name: string, content: string | Buffer, says: string][] = [
    ["CSV", csv, "a CSV file"],
    ["tab-separated values", "id\tname\n1\tAlice\n", "a tab-separated file"],
    ["gzip", gzipSync(csv), "a gzip archive"],
    ["zstd", zstdCompressSync(csv), "a zstd archive"],
    ["zip", Buffer.from("PK\u0003\u0004rest of it"), "a ZIP archive"],
    ["HTML", "\n<!DOCTYPE html><html><body>404", "an HTML page"],
    ["JSON", '{"a": 1}', "a JSON file"],
    ["SQL", "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n", "SQL text"],
    ["a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n", "LFS"],
    ["text", "hello world", "a text file"],
    ["zeros", Buffer.alloc(8192), "a file full of zeros"],
  ];
  test.each(cases)("%s is named as what it is", async (_, content, says) => {
    const path = join(await temporaryDirectory(), "data.db");
    await writeFile(path, content);
    const error = await failure(checkFile(path));
    expect(error.code).toBe("not_a_database");
    expect(error.message).toContain(says);
  });

  test.each(["id,name\n1,Alice\n2,Bob\n", "id\tname\n1\tAlice\n", '{"a": 1}'])(
    "what could become one is not to be given up: %j",
    async (content) => {
      const path = join(await temporaryDirectory(), "my data.db");
      await writeFile(path, content);
      const { hint } = await failure(checkFile(path));
      expect(hint).toBe(`make a database of it: dsl convert '${path}' -o NEW.db`);
    },
  );

  test("an empty file", async () => {
    const path = join(await temporaryDirectory(), "data.db");
    await writeFile(path, "");
    expect((await failure(checkFile(path))).code).toBe("empty_file");
  });

  test("random pages are taken for encryption", async () => {
    const path = join(await temporaryDirectory(), "data.db");
    await writeFile(path, randomBytes(3 * 4096));
    expect((await failure(checkFile(path))).code).toBe("encrypted_database");
  });

  test("random bytes of another length are not", async () => {
    const path = join(await temporaryDirectory(), "data.db");
    await writeFile(path, Buffer.concat([Buffer.from([1]), randomBytes(8192)]));
    expect((await failure(checkFile(path))).code).toBe("not_a_database");
  });

  test("the log of a database", async () => {
    const directory = await temporaryDirectory();
    const database = new Database(join(directory, "items.db"));
    database.pragma("journal_mode = wal");
    database.exec("CREATE TABLE t (a)");
    const error = await failure(checkFile(join(directory, "items.db-wal")));
    database.close();
    expect(error.message).toContain("write-ahead log");
    expect(error.hint).toContain("without -wal");
  });
});

describe("what is damaged", () => {
  test("a file that lost its end", async () => {
    const directory = await temporaryDirectory();
    const path = join(directory, "items.db");
    makeDatabase(path, 2);
    await truncate(path, 1_000_000);
    const error = await failure(snapshotDatabase(path, join(directory, "copy.db")));
    expect(error.code).toBe("truncated_database");
    expect(error.message).toMatch(/1000000 of the \d+ bytes/);
  });

  test("a file of which only the start is left", async () => {
    const path = join(await temporaryDirectory(), "items.db");
    await writeFile(path, "SQLite format 3\0");
    expect((await failure(checkFile(path))).code).toBe("truncated_database");
  });

  test("a file with overwritten pages fails the check of its snapshot", async () => {
    const directory = await temporaryDirectory();
    const [path, copy] = [join(directory, "items.db"), join(directory, "copy.db")];
    makeDatabase(path, 2);
    const bytes = await readFile(path);
    await writeFile(path, bytes.fill(0xab, 40 * 4096, 80 * 4096));
    await snapshotDatabase(path, copy);
    expect(() => checkIntegrity(copy, path)).toThrow(`${path} is damaged`);
  });

  test("a file whose pages after the header are noise", async () => {
    const directory = await temporaryDirectory();
    const path = join(directory, "items.db");
    makeDatabase(path, 1);
    const bytes = await readFile(path);
    randomBytes(4096 - 100).copy(bytes, 100);
    await writeFile(path, bytes);
    const error = await failure(snapshotDatabase(path, join(directory, "copy.db")));
    expect(["corrupt_database", "not_a_database"]).toContain(error.code);
  });

  test("a full-text index that is behind its table is only a warning", async () => {
    const path = join(await temporaryDirectory(), "items.db");
    makeDatabase(path, 1);
    execute(
      path,
      `CREATE VIRTUAL TABLE item_fts USING fts4(name, content="item");
       INSERT INTO item_fts(item_fts) VALUES ('rebuild');
       UPDATE item SET name = 'other words' WHERE id < 10;`,
    );
    expect(checkIntegrity(path, path).join()).toContain("inverted index");
  });

  test("a collation that only the making program has does not make a database damaged", async () => {
    const path = join(await temporaryDirectory(), "items.db");
    const database = new Database(path).unsafeMode();
    database.exec(
      "CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID; INSERT INTO t VALUES ('x'), ('y')",
    );
    database.pragma("writable_schema = ON");
    database.exec("UPDATE sqlite_schema SET sql = replace(sql, 'TEXT', 'TEXT COLLATE german')");
    database.close();
    expect(checkIntegrity(path, path).join()).toContain("no such collation sequence: german");
  });
});

describe("what may not be read", () => {
  /** Root may read everything: then somebody else is asked. */
  function checkAsUser(path: string): string {
    const script = `
      const { checkFile } = await import(${JSON.stringify(new URL("../../../../runtime/publisher/database/check-file.ts", import.meta.url).href)});
      await checkFile(process.argv[1]).catch((error) => console.log(error.code, error.message));`;
    const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ["--input-type=module", "-e", script, path],
      { ...user, cwd: "/", encoding: "utf8" },
    );
    return stdout + stderr;
  }

  test("a file without read permission", async () => {
    const directory = await temporaryDirectory();
    const path = join(directory, "items.db");
    makeDatabase(path, 1);
    await chmod(directory, 0o755);
    await chmod(path, 0o000);
    expect(checkAsUser(path)).toMatch(/^file_unreadable .*items.db cannot be read/);
  });

  test("a log without read permission", async () => {
    const directory = await temporaryDirectory();
    const path = join(directory, "items.db");
    makeDatabase(path, 1, "wal");
    await writeFile(`${path}-wal`, "something");
    await chmod(directory, 0o755);
    await chmod(`${path}-wal`, 0o000);
    expect(checkAsUser(path)).toMatch(/^wal_unreadable .*items.db-wal cannot be read/);
  });

  test("a file in a directory that may not be entered", async () => {
    const directory = join(await temporaryDirectory(), "closed");
    await mkdir(directory);
    makeDatabase(join(directory, "items.db"), 1);
    await chmod(join(directory, ".."), 0o755);
    await chmod(directory, 0o000);
    const output = checkAsUser(join(directory, "items.db"));
    await chmod(directory, 0o755);
    expect(output).toMatch(/^file_unreadable /);
  });
});
