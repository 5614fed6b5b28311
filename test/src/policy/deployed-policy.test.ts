/** `dsl doctor` asks for what `dsl policy` prints: each feature is known from the options, and from the stacks. */
import { expect, test } from "vitest";
import type { UpdateFlags } from "../../../src/options/update-options.ts";
import {
  type DeployedStacks,
  deployedFeatures,
  deployedPolicy,
} from "../../../src/policy/deployed-policy.ts";
import { deployerPolicy } from "../../../src/policy/deployer-policy.ts";
import { featuresOf } from "../../../src/policy/features.ts";
import type { Features } from "../../../src/policy/resource-actions.ts";
import type { Role } from "../../../src/stacks/roles.ts";

/** Of `update-stack`; options of the function are in them by their names. */
type Given = Partial<UpdateFlags> & Record<string, unknown>;

const features = (given: Given) => featuresOf(given as unknown as UpdateFlags);
const SCOPE = {
  ...{ site: "shop", previews: false, partition: "aws" },
  ...{ region: "eu-central-1", account: "123456789012" },
};

function deployed(
  roles: Partial<Record<Role, Record<string, string>>>,
  serviceTemplate: string | null = null,
  roleArn: string | null = null,
): DeployedStacks {
  const entries = Object.entries(roles) as [Role, Record<string, string>][];
  const stacks = new Map(entries.map(([role, parameters]) => [role, { parameters, roleArn }]));
  return { stacks, serviceTemplate };
}

const service = (parameters: Record<string, string>) => deployed({ service: parameters });

/** A new feature does not compile without a line here. */
const EXAMPLES: Record<keyof Features, [Given, DeployedStacks]> = {
  inbox: [{ inbox: true }, deployed({ inbox: {} })],
  collect: [{ collect: "events" }, deployed({ collect: { LakeDatabase: "" } })],
  domain: [{ domain: ["data.example.com"] }, deployed({ domain: {} })],
  cloudFront: [{ cloudfront: true }, deployed({ edge: { Logs: "false" } })],
  cloudFrontLogs: [
    { cloudfront: true, cloudfrontLogs: true },
    deployed({ edge: { Logs: "true" } }),
  ],
  follow: [{ followInLambda: true }, deployed({ follow: { Replicas: "[]" } })],
  lake: [{ collect: "events", lake: true }, deployed({ collect: { LakeDatabase: "dsl_shop" } })],
  alarm: [{ alarm: "ann@example.com" }, service({ AlarmEmail: "ann@example.com" })],
  access: [{ password: true }, service({ Password: "true" })],
  dashboard: [{ dashboard: true }, service({ Dashboard: "true" })],
  reservedConcurrency: [{ reservedConcurrency: 5 }, service({ ReservedConcurrency: "5" })],
  ownLayer: [{}, service({ LayerArn: "" })],
  permissionsBoundary: [
    { permissionsBoundary: "arn:x" },
    service({ PermissionsBoundary: "arn:x" }),
  ],
  vpc: [
    { subnet: ["subnet-1"] },
    deployed({ service: {} }, "Properties: {VpcConfig: {SubnetIds: [subnet-1]}}"),
  ],
};

test.each(Object.entries(EXAMPLES))("%s is seen in the stacks as in the options", (name, pair) => {
  const [flags, stacks] = pair;
  expect(deployedFeatures(stacks)).toEqual(features(flags));
  expect(deployedFeatures(stacks)[name as keyof Features]).toBe(true);
});

test("a site that is not deployed, or only plainly, needs what one without options does", () => {
  const plain = {
    ...{ AlarmEmail: "none", ReservedConcurrency: "none", PermissionsBoundary: "none" },
    ...{ LayerArn: "", Dashboard: "false", Password: "false" },
  };
  const wanted = deployerPolicy(SCOPE, features({}), null);
  expect(deployedPolicy(SCOPE, deployed({}))).toEqual(wanted);
  expect(deployedPolicy(SCOPE, deployed({ bucket: {}, service: plain }))).toEqual(wanted);
});

test("the role that CloudFormation works as, and the replicas, are those that are deployed", () => {
  const roleArn = "arn:aws:iam::123456789012:role/cloudformation";
  const follow = { Replicas: '[["live","replicas","live.db"]]' };
  expect(deployedPolicy(SCOPE, deployed({ bucket: {}, follow }, null, roleArn))).toEqual(
    deployerPolicy(SCOPE, features({ followInLambda: true }), roleArn, [
      { bucket: "replicas", prefix: "live.db" },
    ]),
  );
});
