import { hash } from "node:crypto";
import { expect, test } from "vitest";
import { originDoor, whoComes } from "../../../../runtime/core/access/origin-door.ts";
import { letIn } from "../../../../runtime/lambdas/site/from-edge.ts";

const KEYS = ["next", "last"].map((secret) => hash("sha256", secret, "hex"));
const ENVIRONMENT = {
  DSL_ORIGIN_KEYS: KEYS.join(","),
  DSL_EDGE_ONLY: "true",
  DSL_EDGE_SECONDS: "60",
};
const FORGED = { "x-dsl-host": "data.example.com", "x-dsl-address": "192.0.2.7" };

function event(headers: Record<string, string>) {
  return {
    version: "2.0",
    rawPath: "/",
    headers: { host: "abc.execute-api.eu-central-1.amazonaws.com", ...headers },
    requestContext: { http: { method: "GET", sourceIp: "198.51.100.1" } },
  };
}

test("whoever has the next or the last secret comes in, nobody else while it is closed", () => {
  const door = originDoor(ENVIRONMENT);
  const tried = ["next", "last", "other", "", KEYS[0], undefined].map((key) => whoComes(door, key));
  expect(tried).toEqual(["edge", "edge", null, null, null, null]);
});

test("a door that is to be closed and has no keys lets nobody in", () => {
  const door = originDoor({ DSL_EDGE_ONLY: "true" });
  expect([whoComes(door, ""), whoComes(door, undefined)]).toEqual([null, null]);
});

test("the visitor's host and address count beside the secret, which goes no further", () => {
  const entered = letIn(event({ ...FORGED, "X-DSL-Origin-Key": "next" }), ENVIRONMENT);
  expect(entered).toMatchObject({
    sharedSeconds: 60,
    event: {
      headers: { host: "data.example.com" },
      requestContext: { http: { method: "GET", sourceIp: "192.0.2.7" } },
    },
  });
  expect(JSON.stringify(entered)).not.toContain("next");
});

test("while it is still open, nobody is believed without the secret", () => {
  const open = { ...ENVIRONMENT, DSL_EDGE_ONLY: "false" };
  const plain = event({});
  expect(letIn(event({ ...FORGED, "x-dsl-origin-key": "guessed" }), open)).toEqual({
    event: plain,
    sharedSeconds: 0,
  });
});

test("who is not let in learns nothing", () => {
  expect(letIn(event(FORGED), ENVIRONMENT)).toMatchObject({
    statusCode: 403,
    body: '{"message":"Forbidden"}',
  });
});
