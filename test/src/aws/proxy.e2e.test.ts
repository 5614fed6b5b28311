import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { ListLayersCommand } from "@aws-sdk/client-lambda";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createClients } from "../../../src/aws/clients.ts";
import { useProxy } from "../../../src/aws/proxy.ts";
import { runCli } from "../cli/run-cli.ts";

/** Of a proxy and of everything behind it; what it says is in the names of the hosts that were asked for. */
interface Proxy {
  url: string;
  /** `host:port` of each CONNECT, in order. */
  connections: string[];
  /** Proxy-Authorization of the last CONNECT. */
  authorization: string | undefined;
  close(): Promise<void>;
}

let folder: string;
let internet: TlsServer;
let proxy: Proxy;
const sockets = new Set<Socket>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "proxy-test-"));
  const names = "DNS:*.eu-central-1.amazonaws.com,DNS:*.execute-api.eu-central-1.amazonaws.com";
  const names2 = `${names},DNS:*.s3.eu-central-1.amazonaws.com,DNS:portal.sso.eu-central-1.amazonaws.com`;
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const files = ["-nodes", "-keyout", join(folder, "key.pem"), "-out", join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=test", "-addext", `subjectAltName=${names2}`, "-days", "2"];
  execFileSync("openssl", [...request, ...files, ...subject], { stdio: "ignore" });
  internet = createTlsServer(
    { key: readFileSync(join(folder, "key.pem")), cert: readFileSync(join(folder, "cert.pem")) },
    (message, response) => response.end(answerOf(message)),
  ).listen(0, "127.0.0.1");
  await once(internet, "listening");
});
afterAll(() => {
  internet.closeAllConnections();
  internet.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  proxy = await startProxy();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await proxy.close();
});

/** What the services answer where nothing is deployed. */
function answerOf({ headers }: IncomingMessage): string {
  if (headers.host?.startsWith("portal.sso")) {
    const keys = { accessKeyId: "AKIASSO", secretAccessKey: "s", sessionToken: "t" };
    return JSON.stringify({ roleCredentials: { ...keys, expiration: Date.now() + 3_600_000 } });
  }
  if (headers.host?.startsWith("cloudformation")) {
    return "<DescribeStacksResponse><DescribeStacksResult><Stacks/></DescribeStacksResult></DescribeStacksResponse>";
  }
  if (headers.host?.startsWith("sts")) {
    return "<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>";
  }
  if (headers.host?.includes(".s3.")) return "<ListBucketResult/>";
  return "{}";
}

/** Takes every CONNECT to the one server that plays the internet, as a real proxy passes bytes on. */
async function startProxy(): Promise<Proxy> {
  const started: Proxy = {
    url: "",
    connections: [],
    authorization: undefined,
    close: () => closeServer(server),
  };
  const server = createServer((_, response) => response.writeHead(501).end());
  server.on("connect", (request: IncomingMessage, client: Socket) => {
    started.connections.push(request.url!);
    started.authorization = request.headers["proxy-authorization"];
    const upstream = connect((internet.address() as AddressInfo).port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      client.pipe(upstream).pipe(client);
    });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  started.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return started;
}

async function closeServer(server: Server): Promise<void> {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await new Promise((resolve) => server.close(resolve));
}

const CREDENTIALS = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };

test("every service that dsl asks is asked through the proxy", async () => {
  vi.stubEnv("HTTPS_PROXY", proxy.url.replace("//", "//anna:p%40ss@"));
  vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
  for (const [name, value] of Object.entries(CREDENTIALS)) vi.stubEnv(name, value);
  const clients = createClients({ region: "eu-central-1" });
  await (await clients.cloudFormation()).send(new DescribeStacksCommand({}));
  await (await clients.s3()).send(new ListObjectsV2Command({ Bucket: "shop" }));
  await (await clients.lambda()).send(new ListLayersCommand({}));
  await (await clients.logs()).send(new FilterLogEventsCommand({ logGroupName: "g" }));
  await (await clients.sts()).send(new GetCallerIdentityCommand({}));
  expect(proxy.connections).toEqual([
    "cloudformation.eu-central-1.amazonaws.com:443",
    "shop.s3.eu-central-1.amazonaws.com:443",
    "lambda.eu-central-1.amazonaws.com:443",
    "logs.eu-central-1.amazonaws.com:443",
    "sts.eu-central-1.amazonaws.com:443",
  ]);
  expect(proxy.authorization).toBe(`Basic ${btoa("anna:p@ss")}`);
});

test("so is the site when it is verified, and this machine never", async () => {
  vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
  const restore = useProxy({ https_proxy: proxy.url, http_proxy: proxy.url });
  try {
    const site = await fetch("https://abc.execute-api.eu-central-1.amazonaws.com/-/status.json");
    expect(site.status).toBe(200);
    const own = createServer((_, response) => response.end("direct")).listen(0, "127.0.0.1");
    await once(own, "listening");
    const { port } = own.address() as AddressInfo;
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("direct");
    own.closeAllConnections();
    own.close();
  } finally {
    restore();
  }
  expect(proxy.connections).toEqual(["abc.execute-api.eu-central-1.amazonaws.com:443"]);
});

/** `dsl delete-stack` of a site that does not exist, in a process of its own. */
function deleteStack(env: Record<string, string>) {
  return runCli(["delete-stack", "shop", "--yes", "--region", "eu-central-1"], {
    env: {
      ...CREDENTIALS,
      AWS_MAX_ATTEMPTS: "1",
      NODE_EXTRA_CA_CERTS: join(folder, "cert.pem"),
      ...env,
    },
  });
}

test("the command finds out through the proxy that there is no such site", async () => {
  const { exitCode, stderr } = await deleteStack({ HTTPS_PROXY: proxy.url });
  expect(stderr).toMatch(/^Error: There is no .*shop/);
  expect(exitCode).toBe(1);
  expect(proxy.connections).toContain("cloudformation.eu-central-1.amazonaws.com:443");
});

test("NO_PROXY lists what is reached directly", async () => {
  const { stderr } = await deleteStack({
    HTTPS_PROXY: proxy.url,
    NO_PROXY: "example.com,.invalid",
    AWS_ENDPOINT_URL: "https://aws.invalid",
  });
  expect(stderr).toMatch(/^Error: The host aws.invalid of AWS CloudFormation cannot be found/);
  expect(proxy.connections).toEqual([]);
});

test("single sign-on gets its credentials through the proxy", async () => {
  const home = join(folder, "home");
  const cache = join(home, ".aws/sso/cache");
  mkdirSync(cache, { recursive: true });
  const session = createHash("sha1").update("corp").digest("hex");
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const token = { accessToken: "t", expiresAt, region: "eu-central-1", startUrl: "https://corp" };
  writeFileSync(join(cache, `${session}.json`), JSON.stringify(token));
  const config = [
    "[profile corp]",
    "sso_session = corp",
    "sso_account_id = 123456789012",
    "sso_role_name = deploy",
    "[sso-session corp]",
    "sso_region = eu-central-1",
    "sso_start_url = https://corp",
  ];
  writeFileSync(join(home, ".aws/config"), config.join("\n"));
  const { stderr } = await runCli(
    ["delete-stack", "shop", "--yes", "--region", "eu-central-1", "--profile", "corp"],
    {
      env: {
        HOME: home,
        AWS_CONFIG_FILE: join(home, ".aws/config"),
        HTTPS_PROXY: proxy.url,
        NODE_EXTRA_CA_CERTS: join(folder, "cert.pem"),
      },
    },
  );
  expect(stderr).toMatch(/^Error: There is no .*shop/);
  expect(proxy.connections[0]).toBe("portal.sso.eu-central-1.amazonaws.com:443");
});

test("a proxy that does not answer is named, without its password", async () => {
  const { stderr } = await deleteStack({ HTTPS_PROXY: "http://anna:secret@127.0.0.1:9" });
  expect(stderr).toMatch(/^Error: AWS CloudFormation cannot be reached: .*ECONNREFUSED/);
  expect(stderr).toContain("\nTry: check the proxy that HTTPS_PROXY names (http://127.0.0.1:9)");
  expect(stderr).not.toContain("secret");
});

test("a proxy that refuses says so", async () => {
  const refusing = createServer().on("connect", (_, socket: Socket) => {
    socket.on("error", () => socket.destroy());
    socket.end("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n");
  });
  refusing.listen(0, "127.0.0.1");
  await once(refusing, "listening");
  const { port } = refusing.address() as AddressInfo;
  const { stderr } = await deleteStack({ HTTPS_PROXY: `http://127.0.0.1:${port}` });
  refusing.close();
  expect(stderr).toMatch(/^Error: AWS CloudFormation cannot be reached: .*407/);
  expect(stderr).toContain("\nTry: check the proxy that HTTPS_PROXY names");
});

test("a certificate that a proxy puts in the place of the real one is explained", async () => {
  const { stderr } = await deleteStack({ HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: "" });
  expect(stderr).toMatch(/^Error: The certificate of AWS CloudFormation is not trusted here: /);
  expect(stderr).toMatch(/\nTry: .*NODE_EXTRA_CA_CERTS/);
});

test("a proxy that is no URL is a sentence", async () => {
  const { exitCode, stderr } = await deleteStack({ HTTPS_PROXY: "proxy:3128" });
  expect(exitCode).toBe(1);
  expect(stderr).toBe(
    'Error: HTTPS_PROXY is "proxy:3128", which is no http:// or https:// URL\nTry: HTTPS_PROXY=http://proxy.example.com:3128',
  );
});
