import { expect, test } from "vitest";
import type { UpdateOptions } from "../../../src/plan/inputs.ts";
import { stackPlan } from "../../../src/plan/plan.ts";
import { planUpdate } from "../../../src/plan/plan-update.ts";
import { afterwards, database, facts, NOTHING, OPTIONS } from "./examples.ts";

const NOW = new Date("2026-11-21T12:00:00Z");
const SHOP = facts(database("shop", "abc"));
const REPLICA = { name: "shop", bucket: "backups", prefix: "eu/shop.db" };
const FOLLOW = { followInLambda: true, replicas: [REPLICA] };

function plan(options: Partial<UpdateOptions>, deployed = NOTHING, found = SHOP) {
  return planUpdate({ ...OPTIONS, ...options }, found, deployed, NOW);
}

function parametersOf(options: Partial<UpdateOptions>) {
  const stack = stackPlan(plan(options), "follow");
  return stack.action === "create" ? stack.parameters : null;
}

test("A site that follows a replica by a function is served from s3, and the function may read below the replica's prefix alone", () => {
  expect(plan(FOLLOW).storage).toBe("s3");
  expect(parametersOf(FOLLOW)).toMatchObject({
    Replicas: '[["shop","backups","eu/shop.db"]]',
    ReplicaBucket: "backups",
    ReplicaPrefix: "eu/shop.db/ltx/0/",
    ReplicaObjects: "arn:aws:s3:::backups/eu/shop.db/ltx/*",
    ReplicaFolders: "eu/shop.db/ltx/,eu/shop.db/ltx/0/",
  });
  const other = { name: "log", bucket: "backups", prefix: "eu/log.db" };
  expect(parametersOf({ followInLambda: true, replicas: [REPLICA, other] })).toMatchObject({
    ReplicaPrefix: "eu/",
    ReplicaObjects: "arn:aws:s3:::backups/eu/shop.db/ltx/*,arn:aws:s3:::backups/eu/log.db/ltx/*",
  });
});

test("The function stays as it is when nothing is said, follows what is named, and is taken away when that is said", () => {
  const deployed = afterwards(plan(FOLLOW), SHOP);
  expect(stackPlan(plan({}, deployed), "follow").action).toBe("none");
  const moved = { replicas: [{ ...REPLICA, prefix: "us/shop.db" }] };
  expect(stackPlan(plan(moved, deployed), "follow")).toMatchObject({
    action: "update",
    parameters: { ReplicaPrefix: "us/shop.db/ltx/0/" },
  });
  const gone = plan({ followInLambda: false, replicas: [REPLICA] }, deployed);
  expect(gone.stacks.at(-1)).toMatchObject({ action: "delete", stackName: "shop-follow" });
  expect(gone.notes.join()).toContain("what it has published stays");
  expect(plan({ replicas: [REPLICA] }).stacks.map(({ stackName }) => stackName)).toEqual([
    "shop",
    "shop-service",
  ]);
});

test.each([
  ["none was named", { followInLambda: true }],
  [
    "those of one",
    { followInLambda: true, replicas: [REPLICA, { name: "x", bucket: "others", prefix: "" }] },
  ],
  [
    "means something else to IAM",
    { followInLambda: true, replicas: [{ ...REPLICA, prefix: "a*" }] },
  ],
])("What no function can follow is refused: %s", (message, options) => {
  expect(() => plan(options)).toThrow(message);
});

test("A database that is larger than a function's disk is refused", () => {
  const large = facts({ ...database("shop", "abc"), size: 10 * 1024 ** 3 });
  expect(() => plan(FOLLOW, NOTHING, large)).toThrow("shop has 10.7 GB, and a function has room");
});
