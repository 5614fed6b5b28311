/** ACM over AWS JSON 1.1: certificates that are asked for, proven by DNS, looked at and deleted. */
import { z } from "zod";
import { parseJsonBody, validatedOperations } from "../common/json-operations.ts";
import { AwsFault, type LocalService } from "../common/service.ts";
import type { Certificate, Certificates } from "./certificates.ts";

const PAGE = 100;

interface Scope {
  certificates: Certificates;
  region: string;
}

const operation = validatedOperations<Scope>("ValidationException");
const arnOnly = z.strictObject({ CertificateArn: z.string().startsWith("arn:") });
const tag = z.strictObject({ Key: z.string(), Value: z.string().default("") });

/** https://docs.aws.amazon.com/acm/latest/APIReference/API_Operations.html */
const OPERATIONS: Record<string, (input: unknown, scope: Scope) => object> = {
  RequestCertificate: operation(
    z.strictObject({
      DomainName: z.string(),
      SubjectAlternativeNames: z.array(z.string()).min(1).optional(),
      ValidationMethod: z.literal("DNS"),
      IdempotencyToken: z
        .string()
        .regex(/^\w{1,32}$/)
        .optional(),
      Tags: z.array(tag).min(1).max(50).optional(),
    }),
    (input, { certificates, region }) => {
      const names = [...new Set([input.DomainName, ...(input.SubjectAlternativeNames ?? [])])];
      const tags = Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
      const token = input.IdempotencyToken ?? null;
      return { CertificateArn: certificates.request(region, names, tags, token).arn };
    },
  ),
  DescribeCertificate: operation(arnOnly, ({ CertificateArn }, { certificates, region }) => {
    const certificate = certificates.get(region, CertificateArn);
    const described = describe(certificate, certificates);
    certificates.seen(certificate);
    return { Certificate: described };
  }),
  ListCertificates: operation(
    z.strictObject({
      CertificateStatuses: z.array(z.string()).optional(),
      MaxItems: z.int().min(1).max(PAGE).default(PAGE),
      NextToken: z.string().optional(),
    }),
    (input, { certificates, region }) => {
      const found = certificates
        .list(region)
        .filter((each) => input.CertificateStatuses?.includes(certificates.statusOf(each)) ?? true);
      const start = Number(input.NextToken ?? 0);
      const end = start + input.MaxItems;
      return {
        CertificateSummaryList: found.slice(start, end).map((each) => ({
          CertificateArn: each.arn,
          DomainName: each.names[0],
          SubjectAlternativeNameSummaries: each.names,
          Status: certificates.statusOf(each),
        })),
        ...(end < found.length && { NextToken: String(end) }),
      };
    },
  ),
  ListTagsForCertificate: operation(arnOnly, ({ CertificateArn }, { certificates, region }) => {
    const { tags } = certificates.get(region, CertificateArn);
    return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
  }),
  DeleteCertificate: operation(arnOnly, ({ CertificateArn }, { certificates, region }) => {
    certificates.delete(region, CertificateArn);
    return {};
  }),
};

export function createAcmService(certificates: Certificates): LocalService {
  return {
    signingName: "acm",
    protocol: "json",
    identify: ({ headers, body, region }) => {
      const operation = headers["x-amz-target"]?.split(".").at(-1) ?? "Unknown";
      const { CertificateArn = "" } = parseJsonBody(body.toString()) as { CertificateArn?: string };
      const any = `arn:aws:acm:${region}:000000000000:certificate/new`;
      return {
        operation,
        resource: CertificateArn || (operation === "RequestCertificate" ? any : ""),
      };
    },
    handle: async ({ headers, body, region }) => {
      const name = headers["x-amz-target"]?.replace(/^CertificateManager\./, "") ?? "";
      const handler = OPERATIONS[name];
      if (handler === undefined) {
        throw new AwsFault(
          "UnknownOperationException",
          `The local ACM does not implement ${name}.`,
        );
      }
      const output = handler(parseJsonBody(body.toString()), { certificates, region });
      return {
        status: 200,
        headers: { "content-type": "application/x-amz-json-1.1" },
        body: JSON.stringify(output),
      };
    },
  };
}

function describe(certificate: Certificate, certificates: Certificates): object {
  const { arn, names, createdAt, hasRecords } = certificate;
  const status = certificates.statusOf(certificate);
  return {
    CertificateArn: arn,
    DomainName: names[0],
    SubjectAlternativeNames: names,
    Status: status,
    Type: "AMAZON_ISSUED",
    CreatedAt: createdAt / 1000,
    ...(status === "FAILED" && { FailureReason: "CAA_ERROR" }),
    InUseBy: certificates.users(arn),
    DomainValidationOptions: names.map((name) => {
      const record = certificates.recordFor(name);
      return {
        DomainName: name,
        ValidationDomain: name,
        ValidationMethod: "DNS",
        ValidationStatus:
          status === "ISSUED" || certificates.isProven(name) ? "SUCCESS" : "PENDING_VALIDATION",
        ...(hasRecords && {
          ResourceRecord: { Name: record.name, Type: "CNAME", Value: record.value },
        }),
      };
    }),
  };
}
