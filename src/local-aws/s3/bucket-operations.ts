/** Operations on buckets. */
import { z } from "zod";
import { AwsFault } from "../common/service.ts";
import { malformedXml, parseXml } from "../common/xml.ts";
import { emptyAnswer, isoTime, xmlAnswer } from "./answers.ts";
import type { Call, Operation } from "./operation.ts";
import { receiveText } from "./upload-body.ts";

/** The region that has no location constraint. */
const DEFAULT_REGION = "us-east-1";

export const bucketOperations: Operation[] = [
  {
    name: "ListBuckets",
    method: "GET",
    target: "service",
    region: "any",
    action: "s3:ListAllMyBuckets",
    ignoresBucketPolicy: true,
    parameters: ["prefix", "bucket-region", "max-buckets", "continuation-token"],
    handle: listBuckets,
  },
  {
    name: "CreateBucket",
    method: "PUT",
    target: "bucket",
    region: "any",
    action: "s3:CreateBucket",
    ignoresBucketPolicy: true,
    headers: ["x-amz-bucket-object-lock-enabled"],
    handle: createBucket,
  },
  {
    name: "DeleteBucket",
    method: "DELETE",
    target: "bucket",
    action: "s3:DeleteBucket",
    handle: ({ store, bucket }) => {
      store.buckets.delete(bucket);
      return emptyAnswer(204);
    },
  },
  {
    name: "HeadBucket",
    method: "HEAD",
    target: "bucket",
    action: "s3:ListBucket",
    handle: ({ store, bucket }) =>
      emptyAnswer(200, { "x-amz-bucket-region": store.buckets.get(bucket).region }),
  },
  {
    name: "GetBucketLocation",
    method: "GET",
    target: "bucket",
    selectors: ["location"],
    region: "any",
    action: "s3:GetBucketLocation",
    handle: ({ store, bucket }) => {
      const { region } = store.buckets.get(bucket);
      return xmlAnswer("LocationConstraint", region === DEFAULT_REGION ? "" : region);
    },
  },
  {
    name: "GetBucketVersioning",
    method: "GET",
    target: "bucket",
    selectors: ["versioning"],
    action: "s3:GetBucketVersioning",
    handle: ({ store, bucket }) => {
      const versioning = store.buckets.versioning(bucket);
      return xmlAnswer("VersioningConfiguration", {
        Status: versioning === "Unversioned" ? undefined : versioning,
      });
    },
  },
  {
    name: "PutBucketVersioning",
    method: "PUT",
    target: "bucket",
    selectors: ["versioning"],
    action: "s3:PutBucketVersioning",
    handle: putBucketVersioning,
  },
  {
    name: "GetBucketNotificationConfiguration",
    method: "GET",
    target: "bucket",
    selectors: ["notification"],
    action: "s3:GetBucketNotification",
    handle: ({ store, bucket }) =>
      xmlAnswer("NotificationConfiguration", {
        EventBridgeConfiguration: store.buckets.sendsEvents(bucket) ? {} : undefined,
      }),
  },
  {
    name: "PutBucketNotificationConfiguration",
    method: "PUT",
    target: "bucket",
    selectors: ["notification"],
    action: "s3:PutBucketNotification",
    handle: putBucketNotification,
  },
  // Whatever a bucket's policy says, the account's root user can see and replace it.
  {
    name: "GetBucketPolicy",
    method: "GET",
    target: "bucket",
    selectors: ["policy"],
    action: "s3:GetBucketPolicy",
    ignoresBucketPolicy: true,
    handle: getBucketPolicy,
  },
  {
    name: "PutBucketPolicy",
    method: "PUT",
    target: "bucket",
    selectors: ["policy"],
    action: "s3:PutBucketPolicy",
    ignoresBucketPolicy: true,
    handle: putBucketPolicy,
  },
  {
    name: "DeleteBucketPolicy",
    method: "DELETE",
    target: "bucket",
    selectors: ["policy"],
    action: "s3:DeleteBucketPolicy",
    ignoresBucketPolicy: true,
    handle: ({ store, bucket }) => {
      store.buckets.setPolicy(bucket, undefined);
      return emptyAnswer(204);
    },
  },
];

function listBuckets({ store, request, accountId }: Call) {
  const { query } = request;
  const prefix = query.get("prefix") ?? "";
  const region = query.get("bucket-region");
  const after = query.get("continuation-token") ?? "";
  const limit = Number(query.get("max-buckets") ?? 10_000);
  const fitting = store.buckets
    .list()
    .filter(({ name }) => name.startsWith(prefix) && name > after)
    .filter((bucket) => region === null || bucket.region === region);
  const page = fitting.slice(0, limit);
  return xmlAnswer("ListAllMyBucketsResult", {
    Owner: { ID: accountId, DisplayName: "local" },
    Buckets: {
      Bucket: page.map((bucket) => ({
        Name: bucket.name,
        CreationDate: isoTime(bucket.createdAt),
        BucketRegion: bucket.region,
      })),
    },
    ContinuationToken: fitting.length > page.length ? page.at(-1)?.name : undefined,
    Prefix: prefix || undefined,
  });
}

const locationSchema = z.union([
  z.literal(""),
  z.strictObject({ LocationConstraint: z.string().optional() }),
]);

async function createBucket({ store, request, bucket }: Call) {
  if (request.headers["x-amz-bucket-object-lock-enabled"] === "true") {
    throw new AwsFault("NotImplemented", "The local S3 has no object lock.", 501);
  }
  const body = await receiveText(request);
  let wanted: string | undefined;
  if (body !== "") {
    const parsed = locationSchema.safeParse(parseXml(body, "CreateBucketConfiguration"));
    if (!parsed.success) throw malformedXml();
    wanted = parsed.data === "" ? undefined : parsed.data.LocationConstraint;
  }
  const region = wanted ?? DEFAULT_REGION;
  // The endpoint of us-east-1 creates buckets anywhere, every other one only in its own region.
  if (request.region !== DEFAULT_REGION && request.region !== region) {
    throw new AwsFault(
      "IllegalLocationConstraintException",
      `The ${wanted ?? "unspecified"} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  }
  const existing = store.buckets.find(bucket);
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html: only there, it succeeds again.
  if (existing?.region !== DEFAULT_REGION || region !== DEFAULT_REGION) {
    store.buckets.create(bucket, region);
  }
  return emptyAnswer(200, { location: `/${bucket}` });
}

const versioningSchema = z.strictObject({ Status: z.enum(["Enabled", "Suspended"]) });

async function putBucketVersioning({ store, request, bucket }: Call) {
  store.buckets.get(bucket);
  const body = parseXml(await receiveText(request), "VersioningConfiguration");
  const parsed = versioningSchema.safeParse(body);
  if (!parsed.success) throw malformedXml();
  store.buckets.setVersioning(bucket, parsed.data.Status);
  return emptyAnswer(200);
}

const notificationSchema = z.union([
  z.literal(""),
  z.strictObject({ EventBridgeConfiguration: z.literal("").optional() }),
]);

/** Everything is replaced; queues, topics and functions cannot be told directly here. */
async function putBucketNotification({ store, request, bucket }: Call) {
  store.buckets.get(bucket);
  const body = parseXml(await receiveText(request), "NotificationConfiguration");
  const parsed = notificationSchema.safeParse(body);
  if (!parsed.success) throw malformedXml();
  const eventBridge = parsed.data !== "" && parsed.data.EventBridgeConfiguration !== undefined;
  store.buckets.configure(bucket, "notification", { eventBridge });
  return emptyAnswer(200);
}

function getBucketPolicy({ store, bucket }: Call) {
  const policy = store.buckets.policy(bucket);
  if (policy === undefined) {
    throw new AwsFault("NoSuchBucketPolicy", "The bucket policy does not exist", 404, {
      details: { BucketName: bucket },
    });
  }
  return {
    status: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(policy),
  };
}

async function putBucketPolicy({ store, request, bucket }: Call) {
  let document: unknown;
  try {
    document = JSON.parse(await receiveText(request));
  } catch {
    throw new AwsFault("MalformedPolicy", "Policies must be valid JSON");
  }
  store.buckets.setPolicy(bucket, document);
  return emptyAnswer(204);
}
