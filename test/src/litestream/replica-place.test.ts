import { resolve } from "node:path";
import { expect, test } from "vitest";
import { nameDatabases } from "../../../src/database-names.ts";
import { replicaPlace } from "../../../src/litestream/replica-place.ts";

test.each([
  [
    "litestream:s3://backups/app/shop.db",
    { kind: "bucket", bucket: "backups", prefix: "app/shop.db" },
  ],
  [
    "litestream:s3://backups/app/shop.db/",
    { kind: "bucket", bucket: "backups", prefix: "app/shop.db" },
  ],
  ["litestream:s3://backups/a b%20c/", { kind: "bucket", bucket: "backups", prefix: "a b%20c" }],
  ["litestream:s3://backups", { kind: "bucket", bucket: "backups", prefix: "" }],
  ["litestream:file:///var/my%20backups/shop", { kind: "folder", folder: "/var/my backups/shop" }],
  ["litestream:backups/shop.db", { kind: "folder", folder: resolve("backups/shop.db") }],
])("%s is a replica", (source, place) => {
  expect(replicaPlace(source)).toEqual(place);
});

test.each([
  "litestream:",
  "litestream:gs://bucket/x",
  "litestream:s3://",
  "litestream:file://host/x",
])("%s is none", (source) => {
  expect(() => replicaPlace(source)).toThrow("is no place of a Litestream replica");
});

test("a replica's database is named as a file would be", () => {
  const named = nameDatabases(["litestream:s3://backups/app/shop.db", "litestream:stock.db"]);
  expect(named.map(({ name }) => name)).toEqual(["shop", "stock"]);
});
