/** The script of `--save`: a deployment with the AWS CLI alone. Pure. */
import type { StackContent } from "../plan/plan.ts";
import { STACK_KINDS } from "../stacks/roles.ts";

/** Parameters that the script finds out: outputs of stacks before, and what lets CloudFront in. */
export function knownLater(stacks: readonly StackContent[]): string[] {
  const outputs = ["BucketName", "ApiId", "DistributionDomainName"];
  return hasEdge(stacks) ? [...outputs, "OriginKeys", "EdgeOnly", "SecretVersion"] : outputs;
}

function hasEdge(stacks: readonly StackContent[]): boolean {
  return stacks.some(({ identity }) => identity.role === "edge");
}

/**
 * `etag`: of the version that the saved one comes after; null: there was none. The names in it consist of
 * letters, digits, hyphens and points only.
 */
export function deployScript(site: string, stacks: StackContent[], etag: string | null): string {
  const others = stacks.filter(({ identity }) => identity.role !== "bucket");
  const bucket = stacks.find(({ identity }) => identity.role === "bucket");
  return `#!/bin/sh
# Deploys ${site} with the AWS CLI: the stacks by the templates and parameters beside this script, and
# what is in objects/ into the bucket. It may be run again. Credentials and region are the CLI's
# (AWS_PROFILE, AWS_REGION). dsl goes on from what this deploys.
set -eu
cd "$(dirname "$0")"

# deploy ROLE STACK TEMPLATE [NAME=VALUE]: with the lines of ROLE.parameters and ROLE.tags.
deploy() {
  role=$1 stack=$2 template=$3
  shift 3
  while IFS= read -r line; do
    case $line in '' | '#'*) ;; *) set -- "$@" "$line" ;; esac
  done <"$role.parameters"
  [ $# -eq 0 ] || set -- --parameter-overrides "$@"
  set -- "$@" --tags
  while IFS= read -r line; do
    [ -z "$line" ] || set -- "$@" "$line"
  done <"$role.tags"
  echo "Stack $stack"
  aws cloudformation deploy --stack-name "$stack" --template-file "$template" \\
    --capabilities CAPABILITY_IAM --no-fail-on-empty-changeset "$@"
}

output() {
  aws cloudformation describe-stacks --stack-name "$1" --output text \\
    --query "Stacks[0].Outputs[?OutputKey=='$2'].OutputValue"
}

deploy bucket ${bucket?.stackName ?? site} ${STACK_KINDS.bucket.template}
bucket=$(output ${bucket?.stackName ?? site} BucketName)

# Somebody may have published since this was saved: theirs would be gone.
found=$(aws s3api head-object --bucket "$bucket" --key manifest.json \\
  --query ETag --output text 2>/dev/null || echo none)
ours=$(openssl md5 <objects/manifest.json | sed 's/.* //')
case $found in
  '${etag ?? "none"}' | "\\"$ours\\"") ;;
  *)
    echo "Another version was published since this was saved: save it again" >&2
    exit 1
    ;;
esac

echo "Data and packages"
aws s3 sync --only-show-errors objects/ "s3://$bucket/" --exclude manifest.json --exclude '.*'
aws s3 cp --only-show-errors objects/manifest.json "s3://$bucket/manifest.json" \\
  --content-type application/json

${hasEdge(stacks) ? secretSteps(site) : ""}${others.map((stack) => deployment(stack, site, hasEdge(stacks))).join("\n")}
${hasEdge(stacks) ? closingSteps(others, site) : `\noutput ${site}-service Url`}
`;
}

function deployment(
  { identity: { role }, stackName, parameters }: StackContent,
  site: string,
  isBehindEdge: boolean,
) {
  const later = [
    "BucketName=$bucket",
    ...(isBehindEdge && "OriginKeys" in parameters ? ["OriginKeys=$key", "EdgeOnly=$closed"] : []),
    ...("SecretVersion" in parameters ? ["SecretVersion=$key"] : []),
    ...("ApiId" in parameters ? [`ApiId=$(output ${site}-service ApiId)`] : []),
    ...("DistributionDomainName" in parameters && parameters.DistributionDomainName !== "none"
      ? [`DistributionDomainName=$(output ${site}-edge DistributionDomainName)`]
      : []),
  ];
  const values = later.map((value) => `"${value}"`).join(" ");
  return `deploy ${role} ${stackName} ${STACK_KINDS[role].template} ${values}`;
}

/** The secret that lets CloudFront in at the API: the one that is there, or a new one. It is never in an argument. */
function secretSteps(site: string): string {
  const name = `dsl/${site}/origin`;
  return `# The secret that lets CloudFront in; its version is called by its SHA-256, which is all that the stacks know.
key=$(aws secretsmanager get-secret-value --secret-id ${name} --query VersionId --output text 2>/dev/null || true)
if [ -z "$key" ]; then
  secret=$(openssl rand -hex 32)
  key=$(printf %s "$secret" | openssl dgst -sha256 | sed 's/.* //')
  printf %s "$secret" | aws secretsmanager create-secret --name ${name} --client-request-token "$key" \\
    --secret-string file:///dev/stdin >/dev/null
fi
# The API is closed to others only when CloudFront is there.
closed=false
[ -z "$(output ${site}-edge DistributionId 2>/dev/null || true)" ] || closed=true

`;
}

function closingSteps(others: StackContent[], site: string): string {
  const closed = others.filter(({ parameters }) => "OriginKeys" in parameters);
  return `if [ $closed = false ]; then
  closed=true
${closed.map((stack) => `  ${deployment(stack, site, true)}`).join("\n")}
fi

host=$(output ${site}-edge DistributionDomainName)
case $host in 127.0.0.1:*) echo "http://$host/" ;; *) echo "https://$host/" ;; esac`;
}
