/** A site at domains of its own: in a zone of the account, elsewhere, changed, taken away, deleted. */
import { request } from "node:http";
import { join } from "node:path";
import {
  DeleteCertificateCommand,
  ListCertificatesCommand,
  RequestCertificateCommand,
} from "@aws-sdk/client-acm";
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  ListResourceRecordSetsCommand,
} from "@aws-sdk/client-route-53";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

let rehearsal: Rehearsal;
let database: string;
let zone: string;
let api: string;
beforeAll(async () => {
  rehearsal = await startRehearsal(undefined, { DSL_CERTIFICATE_SECONDS: "20" });
  database = join(rehearsal.folder, "shop.db");
  writeItems(database, 3);
  zone = await createZone("example.com");
});
afterAll(() => rehearsal.end());

async function createZone(Name: string, CallerReference = Name): Promise<string> {
  const client = await rehearsal.clients.route53();
  const { HostedZone } = await client.send(new CreateHostedZoneCommand({ Name, CallerReference }));
  return HostedZone!.Id!.replace("/hostedzone/", "");
}

async function createRecord(Name: string, Type: "A" | "NS", Value: string): Promise<void> {
  const ResourceRecordSet = { Name, Type, TTL: 60, ResourceRecords: [{ Value }] };
  const ChangeBatch = { Changes: [{ Action: "CREATE" as const, ResourceRecordSet }] };
  const client = await rehearsal.clients.route53();
  await client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zone, ChangeBatch }));
}

/** What the DNS outside of the account says. */
async function outside(dns: object): Promise<void> {
  const body = JSON.stringify(dns);
  const answer = await fetch(`${rehearsal.endpoint}/_local/dns`, { method: "POST", body });
  if (!answer.ok) throw new Error(await answer.text());
}

/** Names and types of the zone's records, but its own; what proves a domain is called so. */
async function records(): Promise<string[]> {
  const client = await rehearsal.clients.route53();
  const { ResourceRecordSets = [] } = await client.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: zone }),
  );
  return ResourceRecordSets.filter(({ Type }) => Type !== "NS").map(
    ({ Name, Type }) => `${Name!.replace(/^_\w{32}/, "proof")} ${Type}`,
  );
}

async function certificates(): Promise<string[]> {
  const client = await rehearsal.clients.acm();
  const { CertificateSummaryList = [] } = await client.send(new ListCertificatesCommand({}));
  return CertificateSummaryList.map(
    ({ SubjectAlternativeNameSummaries: names, Status }) => `${names!.toSorted().join()} ${Status}`,
  );
}

/** What visitors of a host get of the API; fetch would not send another Host. */
function ask(
  host: string,
  path = "/shop.json",
  at = api,
): Promise<{ status?: number; location?: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, at), { headers: { host } }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode, location: answer.headers.location });
    });
    asked.on("error", reject).end();
  });
}

const update = (...args: string[]) => rehearsal.update("shop", database, "--refresh", "1", ...args);
const refused = async (...args: string[]) => {
  const { exitCode, stderr } = await rehearsal.dsl("update-stack", "shop", database, ...args);
  expect(exitCode, stderr).not.toBe(0);
  return stderr;
};

test("a record that somebody else made is not written over: that is said before anything is done", async () => {
  await createRecord("taken.example.com", "A", "192.0.2.7");
  await createRecord("far.example.com", "NS", "ns.example.net");
  expect(await refused("--domain", "taken.example.com")).toContain(
    `taken.example.com has a record of type A in zone example.com (${zone}) already, 192.0.2.7`,
  );
  expect(await refused("--domain", "far.example.com")).toContain(
    "leaves far.example.com to other name servers",
  );
  const other = await createZone("example.net");
  const twin = await createZone("example.net", "again");
  const text = await refused("--domain", "data.example.net");
  expect([text.includes(other), text.includes(twin)]).toEqual([true, true]);
  const { stdout } = await rehearsal.dsl("list");
  expect(stdout).toContain("There are no sites");
});

test("a dry run says what it would ask for, and asks for nothing", async () => {
  const { stdout } = await rehearsal.dsl(
    "update-stack",
    "shop",
    database,
    "--domain",
    "data.example.com",
    "--dry-run",
  );
  expect(stdout).toContain("Ask for a certificate for data.example.com (ACM, us-east-1)");
  expect(await certificates()).toEqual([]);
});

test("with a zone in the account one command brings the site to its domain", async () => {
  const run = await rehearsal.events(
    ...["update-stack", "shop", database, "--refresh", "1"],
    ...["--domain", "Data.Example.com.", "--redirect", "www.example.com"],
  );
  expect(run.exitCode, run.stderr).toBe(0);
  expect(run.events.at(-1)).toMatchObject({
    url: "https://data.example.com/",
    waiting_domains: [],
  });
  const { stacks, url } = (await rehearsal.result("status", "shop")) as unknown as {
    stacks: { name: string }[];
    url: string;
  };
  expect([url, stacks.map(({ name }) => name)]).toEqual([
    "https://data.example.com/",
    ["shop", "shop-service", "shop-domain"],
  ]);
  api = await apiUrl();
  expect(await ask("data.example.com")).toMatchObject({ status: 200 });
  expect(await ask("evil.example.net")).toMatchObject({ status: 403 });
  expect(await ask("www.example.com", "/shop/items?_size=2")).toEqual({
    status: 308,
    location: "https://data.example.com/shop/items?_size=2",
  });
  expect(await records()).toEqual([
    "data.example.com. A",
    "data.example.com. AAAA",
    "proof.data.example.com. CNAME",
    "taken.example.com. A",
    "www.example.com. A",
    "www.example.com. AAAA",
    "proof.www.example.com. CNAME",
  ]);
  expect(await certificates()).toEqual(["data.example.com,www.example.com ISSUED"]);
});

async function apiUrl(): Promise<string> {
  const { DescribeStacksCommand } = await import("@aws-sdk/client-cloudformation");
  const client = await rehearsal.clients.cloudFormation();
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: "shop-service" }));
  return Stacks![0]!.Outputs!.find(({ OutputKey }) => OutputKey === "Url")!.OutputValue!;
}

test("without being said again the domains stay, and nothing is done twice", async () => {
  const again = await update();
  expect(again).toMatchObject({ changed: false, url: "https://data.example.com/" });
  const { stdout } = await rehearsal.dsl("list");
  expect(stdout).toContain("https://data.example.com");
});

test("another site cannot have it", async () => {
  const { stderr } = await rehearsal.dsl(
    "update-stack",
    "museum",
    database,
    "--domain",
    "data.example.com",
  );
  expect(stderr).toContain("data.example.com is a domain of site shop; nothing was changed");
});

test("a domain whose DNS is elsewhere waits, the old ones go on, and the next run goes on", async () => {
  const args = ["shop", database, "--domain", "data.example.org", "--no-redirect"];
  const first = await rehearsal.events("update-stack", ...args);
  expect(first.exitCode).toBe(4);
  expect(first.stderr).toContain("Waiting for DNS records: data.example.org");
  const result = first.events.findLast(({ event }) => event === "result")!;
  expect(result).toMatchObject({
    url: "https://data.example.com/",
    waiting_domains: ["data.example.org"],
  });
  const [proof] = result.records_to_create as { name: string; value: string }[];
  expect(proof!.name).toMatch(/^_\w{32}\.data\.example\.org$/);
  expect(await ask("data.example.com")).toMatchObject({ status: 200 });

  const { name, value } = proof!;
  await outside({ records: [{ name, value }] });
  const { stdout, exitCode, stderr } = await rehearsal.dsl("update-stack", ...args);
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toMatch(
    /data\.example\.org\. CNAME d-\w+\.execute-api\.us-east-1\.amazonaws\.com\./,
  );
  expect(stdout.trim().split("\n").at(-1)).toBe("https://data.example.org/");
  expect([await ask("data.example.org"), await ask("data.example.com")]).toMatchObject([
    { status: 200 },
    { status: 403 },
  ]);
  expect(await records()).toEqual(["taken.example.com. A"]);
  expect(await certificates()).toEqual(["data.example.org ISSUED"]);
});

test("what ACM refuses is explained, and the next run asks anew", async () => {
  await outside({ forbidden: ["b.example.com"] });
  const text = await refused("--domain", "b.example.com");
  expect(text).toContain("the domain's CAA records allow other authorities only");
  await outside({});
  expect(await update("--domain", "b.example.com")).toMatchObject({
    url: "https://b.example.com/",
  });
  expect(await certificates()).toEqual(["b.example.com ISSUED"]);
});

test("domains are taken away, and a certificate that was named is nobody's to delete", async () => {
  const client = await rehearsal.clients.acm();
  // The record that proves it is there already: for one account it is always the same.
  const { CertificateArn: arn = "" } = await client.send(
    new RequestCertificateCommand({ DomainName: "b.example.com", ValidationMethod: "DNS" }),
  );
  expect(await certificates()).toEqual(["b.example.com ISSUED", "b.example.com ISSUED"]);
  await update("--domain", "b.example.com", "--certificate", arn);
  expect(await refused("--domain", "c.example.com")).toContain(
    "is for b.example.com, and not for c.example.com",
  );
  expect(await update("--no-domain")).toMatchObject({ url: api });
  expect(await records()).toEqual(["taken.example.com. A"]);
  expect(await ask("b.example.com")).toMatchObject({ status: 403 });
  expect(await certificates()).toEqual(["b.example.com ISSUED"]);
  await client.send(new DeleteCertificateCommand({ CertificateArn: arn }));
});

test("CloudFront takes over the domains, redirects go on, and the API gets them back", async () => {
  const named = ["--domain", "data.example.com", "--redirect", "www.example.com"];
  const result = await update(...named, "--certificate", "own", "--cloudfront");
  expect(result).toMatchObject({ url: "https://data.example.com/" });
  const atEdge = await rehearsal.result("status", "shop");
  expect(atEdge.domains).toMatchObject([{ served: true }, { redirects_to: "data.example.com" }]);
  expect(await ask("data.example.com")).toMatchObject({ status: 403 });
  const front = await addressOfEdge();
  expect(await ask("data.example.com", "/shop.json", front)).toMatchObject({ status: 200 });
  expect(await ask("www.example.com", "/shop?_a=1", front)).toEqual({
    status: 308,
    location: "https://data.example.com/shop?_a=1",
  });
  await update("--no-cloudfront");
  expect(await ask("data.example.com")).toMatchObject({ status: 200 });
});

test("at CloudFront a domain whose DNS is elsewhere needs no stack: both records are printed, and status knows", async () => {
  await outside({});
  const args = ["shop", database, "--domain", "data.example.org", "--no-redirect", "--cloudfront"];
  const first = await rehearsal.events("update-stack", ...args);
  expect(first.exitCode, first.stderr).toBe(4);
  const waiting = await rehearsal.result("status", "shop");
  expect(waiting.domains).toMatchObject([{ name: "data.example.org", served: false }]);
  const result = first.events.findLast(({ event }) => event === "result")!;
  const [{ name, value }] = result.records_to_create as [{ name: string; value: string }];
  await outside({ records: [{ name, value }] });
  const { stdout, exitCode, stderr } = await rehearsal.dsl("update-stack", ...args);
  expect(exitCode, stderr).toBe(0);
  const { host } = new URL(await addressOfEdge());
  expect(stdout).toContain(`data.example.org. CNAME ${host}.`);
  const served = await rehearsal.result("status", "shop");
  expect(served.domains).toMatchObject([{ served: true, hosted_zone: null }]);
  expect((served.stacks as { role: string }[]).map(({ role }) => role)).not.toContain("domain");
  const again = await rehearsal.events("update-stack", ...args);
  expect(again.events.at(-1)).toMatchObject({
    changed: false,
    records_to_create: [{ name: "data.example.org", type: "CNAME", value: host }],
  });
});

async function addressOfEdge(): Promise<string> {
  const { DescribeStacksCommand } = await import("@aws-sdk/client-cloudformation");
  const client = await rehearsal.clients.cloudFormation();
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: "shop-edge" }));
  const { Outputs = [] } = Stacks![0]!;
  return `http://${Outputs.find(({ OutputKey }) => OutputKey === "DistributionDomainName")!.OutputValue}/`;
}

test("deleting the site deletes records, domains and its own certificates", async () => {
  expect((await rehearsal.dsl("delete-stack", "shop", "--yes")).exitCode).toBe(0);
  expect(await records()).toEqual(["taken.example.com. A"]);
  expect(await certificates()).toEqual([]);
});
