import { expect, test } from "vitest";
import { matchesPattern, parsePattern } from "../../../../src/local-aws/events/pattern.ts";

const EVENT = {
  source: "aws.s3",
  "detail-type": "Object Created",
  detail: { bucket: { name: "shop" }, object: { key: "inbox/a.csv", size: 5 }, tags: ["a", "b"] },
};

test.each([
  [{}, true],
  [{ source: ["aws.s3"] }, true],
  [{ source: ["aws.ec2", "aws.s3"] }, true],
  [{ source: ["aws.ec2"] }, false],
  [{ detail: { object: { key: [{ prefix: "inbox/" }] } } }, true],
  [{ detail: { object: { key: [{ prefix: "outbox/" }] } } }, false],
  [{ detail: { object: { key: [{ suffix: ".csv" }], size: [5] } } }, true],
  [{ detail: { object: { size: ["5"] } } }, false],
  [{ detail: { tags: ["b"] } }, true],
  [{ detail: { bucket: { name: [{ "anything-but": ["shop"] }] } } }, false],
  [{ detail: { reason: [{ exists: false }] } }, true],
  [{ detail: { reason: [{ "anything-but": "x" }] } }, false],
])("the pattern %j fits: %s", (pattern, fits) => {
  expect(matchesPattern(parsePattern(pattern), EVENT)).toBe(fits);
});

test.each([
  { source: "aws.s3" },
  { source: [] },
  { detail: { size: [{ numeric: [">", 5] }] } },
  { detail: { key: [{ wildcard: "a*" }] } },
])("the pattern %j is refused, not ignored", (pattern) => {
  expect(() => parsePattern(pattern)).toThrow("Event pattern is not valid");
});
