/** Route 53 and ACM as dsl uses them: zones and records over their own API, certificates with states. */
import {
  ACMClient,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  ListCertificatesCommand,
  ListTagsForCertificateCommand,
  RequestCertificateCommand,
} from "@aws-sdk/client-acm";
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from "@aws-sdk/client-route-53";
import { beforeAll, expect, test } from "vitest";
import { useLocalAws } from "./local-server.ts";

const local = useLocalAws();
let acm: ACMClient;
let route53: Route53Client;
let zone: string;
beforeAll(async () => {
  const { endpoint, credentials } = local();
  const settings = { endpoint, credentials, region: "eu-central-1", maxAttempts: 1 };
  acm = new ACMClient(settings);
  route53 = new Route53Client(settings);
  zone = await createZone("example.com");
});

async function createZone(Name: string, isPrivate = false): Promise<string> {
  const VPC = isPrivate ? { VPCRegion: "us-east-1" as const, VPCId: "vpc-1" } : undefined;
  const CallerReference = `${Name} ${isPrivate}`;
  const command = new CreateHostedZoneCommand({ Name, CallerReference, VPC });
  return (await route53.send(command)).HostedZone!.Id!.replace("/hostedzone/", "");
}

async function change(Action: "CREATE" | "UPSERT" | "DELETE", Name: string, Value: string) {
  const ResourceRecordSet = {
    Name,
    Type: "CNAME" as const,
    TTL: 60,
    ResourceRecords: [{ Value }],
  };
  const ChangeBatch = { Changes: [{ Action, ResourceRecordSet }] };
  await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zone, ChangeBatch }));
}

async function request(...names: string[]): Promise<string> {
  const [DomainName, ...others] = names;
  const command = new RequestCertificateCommand({
    DomainName,
    SubjectAlternativeNames: others.length > 0 ? others : undefined,
    ValidationMethod: "DNS",
    IdempotencyToken: names.join("").replace(/\W/g, "").slice(0, 32),
    Tags: [{ Key: "dsl:site", Value: "shop" }],
  });
  return (await acm.send(command)).CertificateArn!;
}

async function describe(CertificateArn: string) {
  return (await acm.send(new DescribeCertificateCommand({ CertificateArn }))).Certificate!;
}

async function outside(dns: object): Promise<void> {
  const body = JSON.stringify(dns);
  await fetch(`${local().endpoint}/_local/dns`, { method: "POST", body });
}

test("zones come in Route 53's order, from a name on, and private ones say so", async () => {
  await createZone("data.example.com", true);
  await createZone("example.org");
  const list = async (DNSName: string) => {
    const answer = await route53.send(new ListHostedZonesByNameCommand({ DNSName }));
    return answer.HostedZones!.map(({ Name, Config }) => [Name, Config!.PrivateZone]);
  };
  expect(await list("data.example.com")).toEqual([
    ["data.example.com.", true],
    ["example.org.", false],
  ]);
  expect((await list("example.com"))[0]).toEqual(["example.com.", false]);
});

test("a record is created once, changed, and never beside a CNAME", async () => {
  await change("CREATE", "a.example.com", "b.example.com");
  await expect(change("CREATE", "a.example.com", "c.example.com")).rejects.toThrow(
    "already exists",
  );
  await change("UPSERT", "A.example.com.", "c.example.com");
  const list = await route53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: zone, StartRecordName: "a.example.com" }),
  );
  expect(list.ResourceRecordSets![0]).toMatchObject({
    Name: "a.example.com.",
    ResourceRecords: [{ Value: "c.example.com" }],
  });
  await expect(change("CREATE", "a.example.net", "b")).rejects.toThrow("not permitted in zone");
});

test("a certificate is pending until the DNS has its record, and issued from then on", async () => {
  const arn = await request("data.example.com");
  expect(await request("data.example.com")).toBe(arn);
  expect((await describe(arn)).DomainValidationOptions![0]!.ResourceRecord).toBeUndefined();
  const { Status, DomainValidationOptions } = await describe(arn);
  const { Name = "", Value = "" } = DomainValidationOptions![0]!.ResourceRecord!;
  expect([Status, Name]).toEqual([
    "PENDING_VALIDATION",
    expect.stringMatching(/^_\w{32}\.data\.example\.com\.$/),
  ]);
  await change("CREATE", Name, Value);
  expect((await describe(arn)).Status).toBe("ISSUED");
  await change("DELETE", Name, Value);
  expect((await describe(arn)).Status).toBe("ISSUED");
  const { Tags } = await acm.send(new ListTagsForCertificateCommand({ CertificateArn: arn }));
  expect(Tags).toEqual([{ Key: "dsl:site", Value: "shop" }]);
  await acm.send(new DeleteCertificateCommand({ CertificateArn: arn }));
  await expect(describe(arn)).rejects.toThrow("Could not find certificate");
});

test("a record elsewhere counts when the world's DNS has it, and CAA records forbid", async () => {
  const arn = await request("data.example.net", "www.example.net");
  await describe(arn);
  const { DomainValidationOptions } = await describe(arn);
  const records = DomainValidationOptions!.map(({ ResourceRecord }) => ({
    name: ResourceRecord!.Name,
    value: ResourceRecord!.Value,
  }));
  await outside({ records: records.slice(0, 1) });
  const half = await describe(arn);
  expect(half.DomainValidationOptions!.map(({ ValidationStatus }) => ValidationStatus)).toEqual([
    "SUCCESS",
    "PENDING_VALIDATION",
  ]);
  await outside({ records, forbidden: ["example.net"] });
  expect(await describe(arn)).toMatchObject({ Status: "FAILED", FailureReason: "CAA_ERROR" });
  await outside({ records });
  expect((await describe(arn)).Status).toBe("ISSUED");
  const { CertificateSummaryList } = await acm.send(
    new ListCertificatesCommand({ CertificateStatuses: ["ISSUED"] }),
  );
  expect(CertificateSummaryList!.map(({ DomainName }) => DomainName)).toEqual(["data.example.net"]);
});

test("what ACM would not take is refused", async () => {
  await expect(request("https://example.com")).rejects.toThrow("no domain name");
  await expect(request(`${"a".repeat(60)}.example.com`)).rejects.toThrow("64 octets");
});
