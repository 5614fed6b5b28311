/** AWS's own policies, as far as they are known here. */
import { AwsFault } from "../common/service.ts";

/** https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html */
const ACTIONS: Record<string, string[]> = {
  AWSLambdaVPCAccessExecutionRole: [
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
  ],
};

/** The policy of an ARN. Throws NoSuchEntity. */
export function managedPolicy(arn: string): { name: string; document: unknown } {
  const name = /^arn:aws:iam::aws:policy\/service-role\/(\w+)$/.exec(arn)?.[1];
  const actions = name === undefined ? undefined : ACTIONS[name];
  if (name === undefined || actions === undefined) {
    throw new AwsFault("NoSuchEntity", `Policy ${arn} does not exist or is not attachable.`, 404);
  }
  const statement = { Effect: "Allow", Action: actions, Resource: "*" };
  return { name, document: { Version: "2012-10-17", Statement: [statement] } };
}
