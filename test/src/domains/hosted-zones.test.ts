/** Which hosted zone gets a domain's records. */
import { CreateHostedZoneCommand } from "@aws-sdk/client-route-53";
import { beforeAll, expect, test } from "vitest";
import { type AwsClients, createClients } from "../../../src/aws/clients.ts";
import { zoneOf } from "../../../src/domains/hosted-zones.ts";
import { useLocalAws } from "../local-aws/local-server.ts";

const local = useLocalAws();
let clients: AwsClients;
const ids = new Map<string, string>();
beforeAll(async () => {
  const { endpoint, credentials } = local();
  clients = createClients({ endpoint, credentials, region: "eu-central-1" });
  const zones = [
    ["example.com", "public"],
    ["data.example.com", "public"],
    ["data.example.com", "private"],
    ["hidden.data.example.com", "private"],
    ["twin.example", "first"],
    ["twin.example", "second"],
  ] as const;
  for (const [Name, what] of zones) {
    const VPC =
      what === "private" ? { VPCRegion: "us-east-1" as const, VPCId: "vpc-1" } : undefined;
    const command = new CreateHostedZoneCommand({ Name, CallerReference: `${Name} ${what}`, VPC });
    const { HostedZone } = await (await clients.route53()).send(command);
    ids.set(`${Name} ${what}`, HostedZone!.Id!.replace("/hostedzone/", ""));
  }
});

const id = (zone: string) => ids.get(zone)!;

test.each([
  ["www.example.com", "example.com public"],
  ["example.com", "example.com public"],
  ["data.example.com", "data.example.com public"],
  ["a.b.data.example.com", "data.example.com public"],
  ["hidden.data.example.com", "data.example.com public"],
])("%s is in the public zone with the longest fitting name", async (domain, zone) => {
  expect(await zoneOf(clients, domain, [])).toEqual({ id: id(zone), name: zone.split(" ")[0] });
});

test.each(["example.org", "notexample.com", "com", "data.example.com.evil.org"])(
  "%s is in none",
  async (domain) => {
    expect(await zoneOf(clients, domain, [])).toBeNull();
  },
);

test("of two zones of one name somebody has to say which", async () => {
  const both = [id("twin.example first"), id("twin.example second")];
  await expect(zoneOf(clients, "a.twin.example", [])).rejects.toMatchObject({
    ...{ code: "several_zones", message: expect.stringContaining("2 hosted zones") },
  });
  for (const one of both) {
    expect(await zoneOf(clients, "a.twin.example", ["Z0", one])).toMatchObject({ id: one });
  }
});

test("none: no zone gets records, although there is one", async () => {
  expect(await zoneOf(clients, "www.example.com", ["none"])).toBeNull();
  expect(await zoneOf(clients, "a.twin.example", ["none"])).toBeNull();
});
