import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createClients } from "../../../src/aws/clients.ts";
import { NO_SECRETS } from "../../../src/deploy/access-step.ts";
import type { Deployment } from "../../../src/deploy/deployment.ts";
import { verifyStep } from "../../../src/deploy/verify-step.ts";
import { plainTerminal } from "../../../src/terminal/plain.ts";
import { keepText } from "../terminal/text.ts";

beforeEach(() => {
  vi.stubEnv("DSL_VERIFY_SECONDS", "0.1");
  vi.stubEnv("AWS_MAX_ATTEMPTS", "1");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** A port on which nothing listens. */
async function closedPort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/`;
}

test("a host that cannot be reached from here is a warning", async () => {
  const url = await closedPort();
  const [out, err] = [keepText(), keepText()];
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const deployment: Deployment = {
    site: "northwind",
    clients: createClients({ local: { endpoint: url, region: "us-east-1", credentials } }),
    roleArn: null,
    baseUrl: "/",
    cacheSeconds: 5,
    secrets: NO_SECRETS,
    originSecret: "",
    workFolder: "/nowhere",
    reporter: plainTerminal(out, err),
  };
  await verifyStep(
    deployment,
    { url, logGroup: "/aws/lambda/northwind-service", session: null },
    3,
  );
  expect(err.text).toMatch(/Warning: http:\S+ cannot be reached from here \(.*ECONNREFUSED.*\)/);
});
