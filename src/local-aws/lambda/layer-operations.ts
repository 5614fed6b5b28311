import { randomUUID } from "node:crypto";
import { z } from "zod";
import { AwsFault, type LocalRequest } from "../common/service.ts";
import type { LayerVersion } from "./layers.ts";
import { DIRECT_ZIP_LIMIT } from "./limits.ts";
import { json, type LambdaParts, type Operation } from "./operation.ts";
import type { Route } from "./routes.ts";

const publishInput = z.strictObject({
  Description: z.string().max(256).optional(),
  Content: z.strictObject({
    ZipFile: z.base64().optional(),
    S3Bucket: z.string().optional(),
    S3Key: z.string().optional(),
    S3ObjectVersion: z.string().optional(),
  }),
  CompatibleRuntimes: z.array(z.string()).optional(),
  CompatibleArchitectures: z.array(z.enum(["arm64", "x86_64"])).optional(),
  LicenseInfo: z.string().max(512).optional(),
});

const permissionInput = z.strictObject({
  StatementId: z.string().regex(/^[a-zA-Z0-9-_]{1,100}$/),
  Action: z.literal("lambda:GetLayerVersion"),
  Principal: z.string().regex(/^(\d{12}|\*|arn:aws[a-z-]*:iam::\d{12}:root)$/),
  OrganizationId: z.string().optional(),
});

export const layerOperations: Record<string, Operation> = {
  PublishLayerVersion: async ({ parameters }, request, { layers }) => {
    const input = parse(publishInput, request);
    const { ZipFile, S3Bucket, S3Key, S3ObjectVersion } = input.Content;
    const direct = ZipFile === undefined ? undefined : Buffer.from(ZipFile, "base64");
    if (direct !== undefined && direct.length > DIRECT_ZIP_LIMIT) {
      throw new AwsFault(
        "RequestEntityTooLargeException",
        `Zip file must be smaller than ${DIRECT_ZIP_LIMIT} bytes`,
        413,
      );
    }
    if ((direct === undefined) === (S3Bucket === undefined || S3Key === undefined)) {
      throw new AwsFault(
        "InvalidParameterValueException",
        "Please provide either a zip file or an S3 location.",
      );
    }
    const published = await layers.publish({
      region: request.region,
      name: (parameters.layer ?? "").split(":").at(-1) ?? "",
      description: input.Description ?? "",
      compatibleRuntimes: input.CompatibleRuntimes ?? [],
      compatibleArchitectures: input.CompatibleArchitectures ?? [],
      licenseInfo: input.LicenseInfo ?? "",
      zip: direct ?? { bucket: S3Bucket ?? "", key: S3Key ?? "", version: S3ObjectVersion },
      token: randomUUID(),
    });
    return json(201, withContent(published));
  },

  ListLayers: (_route, { region, query }, { layers }) => {
    const newest = new Map<string, LayerVersion>();
    for (const version of layers.list(region).filter(suits(query))) {
      if (!newest.has(version.name)) newest.set(version.name, version);
    }
    return json(200, {
      Layers: [...newest.values()].map((version) => ({
        LayerName: version.name,
        LayerArn: version.layerArn,
        LatestMatchingVersion: summary(version),
      })),
    });
  },

  ListLayerVersions: ({ parameters }, { region, query }, { layers }) => {
    const name = (parameters.layer ?? "").split(":").at(-1);
    return json(200, {
      LayerVersions: layers.list(region, name).filter(suits(query)).map(summary),
    });
  },

  GetLayerVersion: (route, request, parts) =>
    json(200, withContent(existing(route, request, parts))),

  GetLayerVersionByArn: (_route, { query }, { layers }) => {
    const arn = query.get("Arn") ?? "";
    const version = layers.find(arn);
    if (version === undefined) throw notFound(arn);
    return json(200, withContent(version));
  },

  /** Deleting what is not there is no error, as with AWS. */
  DeleteLayerVersion: (route, request, parts) => {
    parts.layers.delete(arnOf(route, request, parts));
    return { status: 204, headers: {}, body: "" };
  },

  GetLayerVersionPolicy: (route, request, parts) => {
    const version = existing(route, request, parts);
    if (version.permissions.length === 0) throw notFound(version.arn);
    return json(200, {
      Policy: JSON.stringify({
        Version: "2012-10-17",
        Id: "default",
        Statement: statements(version),
      }),
      RevisionId: version.token,
    });
  },

  AddLayerVersionPermission: (route, request, parts) => {
    const input = parse(permissionInput, request);
    const { arn } = existing(route, request, parts);
    parts.layers.addPermission(arn, {
      id: input.StatementId,
      action: input.Action,
      principal: input.Principal,
      organizationId: input.OrganizationId,
    });
    const added = statements(existing(route, request, parts)).at(-1);
    return json(201, { Statement: JSON.stringify(added) });
  },
};

function statements({ arn, permissions }: LayerVersion) {
  return permissions.map(({ id, action, principal, organizationId }) => ({
    Sid: id,
    Effect: "Allow",
    Principal: principal === "*" ? "*" : { AWS: principal },
    Action: action,
    Resource: arn,
    ...(organizationId !== undefined && {
      Condition: { StringEquals: { "aws:PrincipalOrgID": organizationId } },
    }),
  }));
}

function suits(query: URLSearchParams): (version: LayerVersion) => boolean {
  const runtime = query.get("CompatibleRuntime");
  const architecture = query.get("CompatibleArchitecture");
  return ({ compatibleRuntimes, compatibleArchitectures }) =>
    (runtime === null || compatibleRuntimes.includes(runtime)) &&
    (architecture === null || compatibleArchitectures.includes(architecture));
}

function existing(route: Route, request: LocalRequest, parts: LambdaParts): LayerVersion {
  const arn = arnOf(route, request, parts);
  const version = parts.layers.find(arn);
  if (version === undefined) throw notFound(arn);
  return version;
}

/** The layer in the path may be a name or an ARN. */
function arnOf(
  { parameters: { layer = "", version = "" } }: Route,
  { region }: LocalRequest,
  { accountId }: LambdaParts,
): string {
  const layerArn = layer.startsWith("arn:")
    ? layer
    : `arn:aws:lambda:${region}:${accountId}:layer:${layer}`;
  return `${layerArn}:${version}`;
}

function summary(version: LayerVersion) {
  return {
    LayerVersionArn: version.arn,
    Version: version.version,
    Description: version.description,
    CreatedDate: version.createdAt.replace("Z", "+0000"),
    CompatibleRuntimes: version.compatibleRuntimes,
    CompatibleArchitectures: version.compatibleArchitectures,
    LicenseInfo: version.licenseInfo,
  };
}

function withContent(version: LayerVersion) {
  return {
    ...summary(version),
    LayerArn: version.layerArn,
    Content: {
      CodeSha256: Buffer.from(version.code.sha256, "hex").toString("base64"),
      CodeSize: version.code.size,
    },
  };
}

function parse<S extends z.ZodType>(schema: S, { body }: LocalRequest): z.output<S> {
  const parsed = schema.safeParse(JSON.parse(body.toString()));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AwsFault(
    "InvalidParameterValueException",
    `${issue?.path.join(".") || "The request"}: ${issue?.message}`,
  );
}

function notFound(arn: string): AwsFault {
  return new AwsFault(
    "ResourceNotFoundException",
    `The resource you requested does not exist: ${arn}`,
    404,
  );
}
