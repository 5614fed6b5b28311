import { expect, test } from "vitest";
import { checkPermissions, principalOf } from "../../../src/sites/doctor-permissions.ts";
import { queryError, scriptedAws } from "../aws/scripted-aws.ts";

const IDENTITY = {
  account: "123456789012",
  arn: "arn:aws:sts::123456789012:assumed-role/deploy/anna",
  region: "eu-central-1",
};

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html#API_SimulatePrincipalPolicy_Examples */
function simulated(decision: string): string {
  return `<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
  <SimulatePrincipalPolicyResult><IsTruncated>false</IsTruncated><EvaluationResults><member>
    <MatchedStatements/><MissingContextValues/><EvalResourceName>arn:aws:s3:::teambucket</EvalResourceName>
    <EvalDecision>${decision}</EvalDecision><EvalActionName>s3:CreateBucket</EvalActionName>
  </member></EvaluationResults></SimulatePrincipalPolicyResult>
  <ResponseMetadata><RequestId>004d7059-4c14-11e5-b121-bd8c7EXAMPLE</RequestId></ResponseMetadata>
</SimulatePrincipalPolicyResponse>`;
}

async function finding(status: number, body: string, site: string | null) {
  const aws = await scriptedAws(status, body);
  try {
    return await checkPermissions(aws.clients, IDENTITY, site);
  } finally {
    await aws.close();
  }
}

test("what IAM's simulator allows is fine; what it denies is named, with the policy as the next step", async () => {
  expect(await finding(200, simulated("allowed"), "shop")).toMatchObject({
    state: "ok",
    text: "site shop may be deployed",
  });
  expect(await finding(200, simulated("implicitDeny"), "shop")).toMatchObject({
    state: "problem",
    text: expect.stringContaining("role/deploy may not s3:CreateBucket"),
    hint: "dsl policy shop with the site's options prints the policy that it needs",
  });
});

test("without a site's name a denial is a warning: the role may be for one site", async () => {
  expect(await finding(200, simulated("explicitDeny"), null)).toMatchObject({ state: "warning" });
});

test("where the simulator may not be asked it says so", async () => {
  expect(await finding(403, queryError("AccessDenied", "no"), "shop")).toMatchObject({
    state: "warning",
    text: expect.stringContaining("not tried, because these credentials may not ask"),
  });
});

test("the policies that count are those of the role behind a session; the root user has none", () => {
  expect(principalOf(IDENTITY.arn)).toBe("arn:aws:iam::123456789012:role/deploy");
  expect(principalOf("arn:aws:iam::123456789012:root")).toBeNull();
});
