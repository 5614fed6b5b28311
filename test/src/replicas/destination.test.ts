import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { destinationOf, placeOf } from "../../../src/replicas/destination.ts";

const SHOP = { name: "shop", path: "data/shop.db" };

function urlOf(template: string, database = SHOP): string {
  return destinationOf(template, database, "/srv/anna").url;
}

describe("Where a database is replicated to", () => {
  test.each([
    ["s3://b/backups/$DB_NAME", "s3://b/backups/shop"],
    ["s3://b/$DB_DIRECTORY/$DB_NAME", "s3://b/srv/anna/data/shop"],
    ["s3://b$PWD/x", "s3://b/srv/anna/x"],
    ["s3://b", "s3://b"],
    ["s3://b/a%20b/$DB_NAME.db", "s3://b/a%20b/shop.db"],
    ["file:///mnt/$DB_NAME", "file:///mnt/shop"],
    ["file://$DB_DIRECTORY/copies/$DB_NAME", "file:///srv/anna/data/copies/shop"],
    ["/mnt/$DB_NAME/$DB_NAME", "file:///mnt/shop/shop"],
    ["copies", `file://${resolve("copies")}`],
  ])("%s is %s", (template, url) => {
    expect(urlOf(template)).toBe(url);
  });

  test("what a database is called stays what it is: signs of URLs, patterns of replacements, dots", () => {
    const odd = { name: "50% #1?", path: "a.db" };
    expect(destinationOf("file:///mnt/$DB_NAME", odd, "/").place).toEqual({
      kind: "folder",
      folder: "/mnt/50% #1?",
    });
    expect(urlOf("s3://b/$DB_NAME", { name: "$&$PWD", path: "a.db" })).toBe("s3://b/$&/srv/anna");
    expect(urlOf("file:///mnt/$DB_NAME", { name: "..", path: "..db" })).toBe("file:///mnt/_..");
  });

  test.each([
    ["s3://b/", "ends with a slash"],
    ["s3://b/backups/", "ends with a slash"],
    ["s3://b/x?region=eu-central-1", "has parameters"],
    ["s3://$BUCKET/x", "is no place"],
    ["s3:///x", "is no place"],
    ["gs://b/x", "is no place"],
    ["sftp://host/x", "is no place"],
    ["", "is no place"],
  ])("%s is refused: it %s", (template, sentence) => {
    expect(() => placeOf(template)).toThrow(sentence);
  });
});
