import { z } from "zod";
import { AwsFault } from "../../common/service.ts";
import type { Buckets } from "../../s3/buckets.ts";
import { flag, integer, oneOf, tagList, text } from "./properties.ts";
import { defineResource, generatedName, type Physical } from "./resource-type.ts";

const status = oneOf("Enabled", "Disabled");

const properties = z.strictObject({
  BucketName: text.optional(),
  BucketEncryption: z
    .strictObject({
      ServerSideEncryptionConfiguration: z.array(
        z.strictObject({
          BucketKeyEnabled: flag.optional(),
          ServerSideEncryptionByDefault: z
            .strictObject({
              SSEAlgorithm: oneOf("AES256", "aws:kms"),
              KMSMasterKeyID: text.optional(),
            })
            .optional(),
        }),
      ),
    })
    .optional(),
  PublicAccessBlockConfiguration: z
    .strictObject({
      BlockPublicAcls: flag.optional(),
      BlockPublicPolicy: flag.optional(),
      IgnorePublicAcls: flag.optional(),
      RestrictPublicBuckets: flag.optional(),
    })
    .optional(),
  OwnershipControls: z
    .strictObject({
      Rules: z.array(
        z.strictObject({
          ObjectOwnership: oneOf("BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"),
        }),
      ),
    })
    .optional(),
  CorsConfiguration: z
    .strictObject({
      CorsRules: z.array(
        z.strictObject({
          Id: text.optional(),
          AllowedHeaders: z.array(text).optional(),
          AllowedMethods: z.array(oneOf("GET", "PUT", "HEAD", "POST", "DELETE")),
          AllowedOrigins: z.array(text),
          ExposedHeaders: z.array(text).optional(),
          MaxAge: integer(0).optional(),
        }),
      ),
    })
    .optional(),
  VersioningConfiguration: z.strictObject({ Status: oneOf("Enabled", "Suspended") }).optional(),
  LifecycleConfiguration: z
    .strictObject({
      Rules: z.array(
        z.strictObject({
          Id: text.optional(),
          Status: status,
          Prefix: text.optional(),
          ExpirationInDays: integer(1).optional(),
          NoncurrentVersionExpiration: z
            .strictObject({
              NoncurrentDays: integer(1),
              NewerNoncurrentVersions: integer(1).optional(),
            })
            .optional(),
          ExpiredObjectDeleteMarker: flag.optional(),
          AbortIncompleteMultipartUpload: z
            .strictObject({ DaysAfterInitiation: integer(1) })
            .optional(),
        }),
      ),
    })
    .optional(),
  NotificationConfiguration: z
    .strictObject({
      EventBridgeConfiguration: z.strictObject({ EventBridgeEnabled: flag.default(true) }),
    })
    .optional(),
  Tags: tagList.optional(),
});

type Properties = z.output<typeof properties>;

export const bucket = defineResource({
  name: "AWS::S3::Bucket",
  service: "S3",
  properties,
  replacing: ["BucketName"],
  attributes: ["Arn", "DomainName", "RegionalDomainName"],
  tags: "list",

  async create(request, { context }) {
    const name = request.properties.BucketName ?? generatedName(request, 63).toLowerCase();
    if (context.buckets.find(name) === undefined) context.buckets.create(name, request.region);
    else if (
      request.properties.BucketName !== undefined ||
      !name.includes(request.token.slice(0, 12))
    )
      throw new AwsFault("BucketAlreadyExists", `${name} already exists`, 409);
    configure(context.buckets, name, request.properties, request.tags);
    return physical(name, request.region);
  },

  async update(request, { id }, { context }) {
    configure(context.buckets, id, request.properties, request.tags);
    return physical(id, request.region);
  },

  async delete({ id }, { context }) {
    if (context.buckets.find(id) !== undefined) context.buckets.delete(id);
  },
});

/** Stores the settings in the shape of the S3 API, which differs from CloudFormation's in places. */
function configure(
  buckets: Buckets,
  name: string,
  settings: Properties,
  tags: Record<string, string>,
): void {
  const encryption = settings.BucketEncryption?.ServerSideEncryptionConfiguration;
  buckets.configure(
    name,
    "encryption",
    encryption && {
      Rule: encryption.map(({ ServerSideEncryptionByDefault, BucketKeyEnabled = false }) => ({
        ApplyServerSideEncryptionByDefault: ServerSideEncryptionByDefault,
        BucketKeyEnabled,
      })),
    },
  );
  buckets.configure(name, "publicAccessBlock", settings.PublicAccessBlockConfiguration);
  buckets.configure(
    name,
    "ownershipControls",
    settings.OwnershipControls && { Rule: settings.OwnershipControls.Rules },
  );
  buckets.configure(
    name,
    "lifecycle",
    settings.LifecycleConfiguration && {
      Rule: settings.LifecycleConfiguration.Rules.map(lifecycleRule),
    },
  );
  buckets.setCorsRules(name, settings.CorsConfiguration?.CorsRules);
  buckets.configure(name, "tagging", {
    TagSet: { Tag: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
  });
  const events = settings.NotificationConfiguration?.EventBridgeConfiguration;
  buckets.configure(name, "notification", events && { eventBridge: events.EventBridgeEnabled });
  const versioning = settings.VersioningConfiguration?.Status;
  if (versioning !== undefined) buckets.setVersioning(name, versioning);
  else if (buckets.versioning(name) === "Enabled") buckets.setVersioning(name, "Suspended");
}

type LifecycleRule = NonNullable<Properties["LifecycleConfiguration"]>["Rules"][number];

function lifecycleRule(rule: LifecycleRule): Record<string, unknown> {
  const {
    Id,
    Prefix = "",
    ExpirationInDays: days,
    ExpiredObjectDeleteMarker: marker,
    ...same
  } = rule;
  const expires = days !== undefined || marker !== undefined;
  return {
    ID: Id,
    Filter: { Prefix },
    ...(expires && { Expiration: { Days: days, ExpiredObjectDeleteMarker: marker } }),
    ...same,
  };
}

function physical(name: string, region: string): Physical {
  return {
    id: name,
    attributes: {
      Arn: `arn:aws:s3:::${name}`,
      DomainName: `${name}.s3.amazonaws.com`,
      RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
    },
  };
}
