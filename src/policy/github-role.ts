/**
 * A CloudFormation template with a role that workflows of a GitHub repository can assume without any stored
 * key: https://docs.github.com/en/actions/security-for-github-actions/security-hardening-your-deployments/configuring-openid-connect-in-amazon-web-services
 * Pure.
 */
import type { PolicyDocument } from "./deployer-policy.ts";

const ISSUER = "token.actions.githubusercontent.com";
/** IAM takes 6,144 characters of a managed policy, white space aside. */
const LARGEST_POLICY = 6_000;

/**
 * `repository` is `owner/name`: all of its branches and pull requests may deploy; narrow
 * `sub` down for less. The account may have only one provider of an issuer, so one that is there is used
 * when its ARN is given as a parameter.
 */
export function roleTemplate(site: string, repository: string, policy: PolicyDocument): object {
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: `The role with which workflows of ${repository} deploy ${site} with dsl`,
    Parameters: {
      ProviderArn: {
        Type: "String",
        Default: "",
        Description: `The account's provider of ${ISSUER}, if there is one`,
      },
    },
    Conditions: { NoProvider: { "Fn::Equals": [{ Ref: "ProviderArn" }, ""] } },
    Resources: {
      Provider: {
        Type: "AWS::IAM::OIDCProvider",
        Condition: "NoProvider",
        Properties: { Url: `https://${ISSUER}`, ClientIdList: ["sts.amazonaws.com"] },
      },
      ...policies(policy),
      Role: {
        Type: "AWS::IAM::Role",
        Properties: {
          Description: `Deploys ${site} from ${repository}`,
          AssumeRolePolicyDocument: {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: {
                  Federated: {
                    "Fn::If": ["NoProvider", { Ref: "Provider" }, { Ref: "ProviderArn" }],
                  },
                },
                Action: "sts:AssumeRoleWithWebIdentity",
                Condition: {
                  StringEquals: { [`${ISSUER}:aud`]: "sts.amazonaws.com" },
                  StringLike: { [`${ISSUER}:sub`]: `repo:${repository}:*` },
                },
              },
            ],
          },
          ManagedPolicyArns: Object.keys(policies(policy)).map((Ref) => ({ Ref })),
        },
      },
    },
    Outputs: {
      RoleArn: {
        Description: "For role-to-assume of aws-actions/configure-aws-credentials",
        Value: { "Fn::GetAtt": ["Role", "Arn"] },
      },
    },
  };
}

/** As many managed policies as it takes for none to be too large. */
function policies({ Version, Statement }: PolicyDocument): Record<string, object> {
  const parts: PolicyDocument["Statement"][] = [[]];
  for (const statement of Statement) {
    const size = JSON.stringify([...parts.at(-1)!, statement]).length;
    if (size > LARGEST_POLICY && parts.at(-1)!.length > 0) parts.push([]);
    parts.at(-1)!.push(statement);
  }
  return Object.fromEntries(
    parts.map((part, at) => [
      `Policy${at + 1}`,
      {
        Type: "AWS::IAM::ManagedPolicy",
        Properties: { PolicyDocument: { Version, Statement: part } },
      },
    ]),
  );
}
