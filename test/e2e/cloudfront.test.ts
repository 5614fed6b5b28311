/** A site behind CloudFront: closed to everybody else, kept and asked again, its secret renewed, private, taken away. */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeStack } from "../../src/stacks/describe.ts";
import { CLIENT, startIdentityProvider } from "../identity-provider.ts";
import { WebBrowser } from "../web-browser.ts";
import { type Rehearsal, startRehearsal, writeItems } from "./rehearsal.ts";

let rehearsal: Rehearsal;
let database: string;
/** What visitors ask, and the API behind it. */
let url: string;
let api: string;
beforeAll(async () => {
  rehearsal = await startRehearsal();
  database = join(rehearsal.folder, "shop.db");
  writeItems(database, 3, "first");
  const options = ["--storage", "s3", "--refresh", "1", "--collect", "events", "--collect-public"];
  await rehearsal.update("shop", database, ...options);
  api = (await stackOf("service"))!.outputs.Url!;
  url = String(
    (await rehearsal.update("shop", database, "--cloudfront", "--cloudfront-ttl", "2")).url,
  );
});
afterAll(() => rehearsal.end());

async function stackOf(role: string) {
  return describeStack(await rehearsal.clients.cloudFormation(), `shop-${role}`);
}

async function secret(): Promise<string> {
  const command = new GetSecretValueCommand({ SecretId: "dsl/shop/origin" });
  return (await (await rehearsal.clients.secretsManager()).send(command)).SecretString ?? "";
}

function atApi(path: string, key?: string, init: RequestInit = {}): Promise<Response> {
  const headers = { ...init.headers, ...(key !== undefined && { "x-dsl-origin-key": key }) };
  return fetch(new URL(path, api), { ...init, headers });
}

async function titles(): Promise<unknown> {
  const response = await fetch(new URL("/shop/items.json?_size=1", url));
  const { rows } = (await response.json()) as { rows: { title: string }[] };
  return rows.map(({ title }) => title);
}

test("visitors are sent to CloudFront, by every command that tells where the site is", async () => {
  expect(url).not.toBe(api);
  const { sites } = await rehearsal.result("list");
  expect(sites).toMatchObject([{ site: "shop", url }]);
  expect(await rehearsal.result("status", "shop")).toMatchObject({ url });
  const { stdout } = await rehearsal.dsl("cost", "shop");
  expect(stdout).toContain("CloudFront");
});

test("the API says nothing to anybody else, whatever is asked and however", async () => {
  const paths = ["/", "/shop", "/nothing", "/-/status.json", "/-/static/x.css", "/shop/items/1"];
  const forged = {
    "x-dsl-host": new URL(url).host,
    "x-forwarded-host": "x",
    authorization: "Bearer x",
  };
  const answers = await Promise.all([
    ...paths.map((path) => atApi(path)),
    ...paths.map((path) => atApi(path, "guessed", { headers: forged })),
    atApi(
      "/",
      createHash("sha256")
        .update(await secret())
        .digest("hex"),
    ),
    atApi("/", "", { method: "OPTIONS" }),
    atApi("/collect", undefined, { method: "POST", body: "{}" }),
    atApi("/collect/clicks", "guessed", { method: "POST", body: "{}" }),
    atApi("/events/clicks/-/insert", undefined, { method: "POST", body: '{"rows":[]}' }),
    atApi("/collect", undefined, { method: "OPTIONS" }),
  ]);
  for (const answer of answers) {
    expect([answer.status, await answer.text()]).toEqual([403, '{"message":"Forbidden"}']);
    expect(answer.headers.get("server-timing")).toBeNull();
  }
  expect((await atApi("/shop.json", await secret())).status).toBe(200);
});

test("the secret is in no template, parameter, output or variable", async () => {
  const value = await secret();
  const hash = createHash("sha256").update(value).digest("hex");
  for (const role of ["service", "collect", "edge"]) {
    const stack = JSON.stringify(await stackOf(role));
    expect(stack).not.toContain(value);
    expect(stack).toContain(hash);
  }
  const { stdout } = await rehearsal.dsl("update-stack", "shop", database, "--dry-run", "--json");
  expect(stdout).not.toContain(value);
});

test("what is published is kept, with links for where visitors are, whoever asks by which name", async () => {
  const path = "/shop/items.json?_size=2";
  const forged = { "x-forwarded-host": "evil.example", "x-dsl-host": "evil.example" };
  const first = await fetch(new URL(path, url), { headers: forged });
  const second = await fetch(new URL(path, url));
  expect([first, second].map(({ headers }) => headers.get("x-cache"))).toEqual([
    "Miss from cloudfront",
    "Hit from cloudfront",
  ]);
  expect(second.headers.get("cache-control")).toContain("s-maxage=2");
  for (const answer of [first, second]) {
    expect(await answer.json()).toMatchObject({
      next_url: `${url}shop/items.json?_size=2&_next=2`,
    });
  }
});

test("events go through it, and are not kept", async () => {
  const send = () => fetch(new URL("/collect", url), { method: "POST", body: '{"type":"click"}' });
  const answers = [await send(), await send()];
  expect(answers.map(({ status }) => status)).toEqual([202, 202]);
  expect(answers[1]!.headers.get("x-cache")).toBe("Miss from cloudfront");
});

test("a new version is there when the command has said it is, and it asks CloudFront", async () => {
  expect(await titles()).toEqual(["first 1"]);
  writeItems(database, 3, "second");
  const published = await rehearsal.update("shop", database);
  const until = Date.parse(String(published.old_answers_until));
  await expect.poll(() => Date.now() > until, { timeout: 60_000 }).toBe(true);
  expect(await titles()).toEqual(["second 1"]);
});

test("doing it again changes nothing", async () => {
  expect((await rehearsal.update("shop", database)).changed).toBe(false);
});

test("nobody is turned away while the secret is renewed, and the old one is good for a while", async () => {
  const before = await secret();
  let isOver = false;
  const others: string[] = [];
  const visitor = async () => {
    for (let visit = 0; !isOver; visit++) {
      const answer = await fetch(new URL(`/shop/items.json?_size=1&n=${visit}`, url));
      const text = await answer.text();
      if (answer.status !== 200) others.push(`${answer.status} ${text}`);
    }
  };
  const visits = visitor();
  await rehearsal.update("shop", database, "--cloudfront-new-secret");
  isOver = true;
  await visits;
  expect(others).toEqual([]);
  const after = await secret();
  expect(after).not.toBe(before);
  const answers = [await atApi("/shop.json", before), await atApi("/shop.json", after)];
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
});

test("a run that was killed between secret and stacks is brought to its end by the next", async () => {
  const before = await secret();
  const step = { service: "cloudformation", operation: "CreateChangeSet", when: "before" } as const;
  await rehearsal.killAt(step, "update-stack", "shop", database, "--cloudfront-new-secret");
  const stored = await secret();
  expect(stored).not.toBe(before);
  expect(await titles()).toEqual(["second 1"]);
  await rehearsal.update("shop", database);
  expect((await stackOf("edge"))!.parameters.SecretVersion).toBe(
    createHash("sha256").update(stored).digest("hex"),
  );
  expect(await titles()).toEqual(["second 1"]);
});

test("behind a password nothing is kept, and what lets in gets through", async () => {
  const file = join(rehearsal.folder, "password.txt");
  writeFileSync(file, "correct horse\n");
  await rehearsal.update("shop", database, "--password-file", file);
  const authorization = `Basic ${Buffer.from(":correct horse").toString("base64")}`;
  const ask = (headers: Record<string, string>) =>
    fetch(new URL("/shop/items.json?_size=2", url), { headers });
  const answers = [
    await ask({ authorization }),
    await ask({}),
    await ask({ authorization: "Basic eDp5" }),
    await ask({ authorization }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 401, 401, 200]);
  for (const { headers } of answers) {
    expect(headers.get("x-cache")).toBe("Miss from cloudfront");
    expect(headers.get("cache-control")).toContain("no-store");
  }
  const form = new URLSearchParams({ password: "correct horse" });
  const signedIn = await fetch(new URL("/-/login", url), {
    method: "POST",
    body: form,
    headers: { origin: new URL(url).origin },
    redirect: "manual",
  });
  const [cookie = ""] = signedIn.headers.getSetCookie()[0]?.split(";") ?? [];
  expect((await ask({ cookie })).status).toBe(200);
});

test("people sign in at CloudFront's address, and a sender's token reaches the collector", async () => {
  const { token } = await rehearsal.result("token", "create", "shop");
  const callback = new URL("/-/login/callback", url).href;
  const ann = { email: "ann@example.com", email_verified: true, name: "Ann" };
  const provider = await startIdentityProvider({ ann }, [callback]);
  try {
    const secretFile = join(rehearsal.folder, "client.txt");
    writeFileSync(secretFile, `${CLIENT.clientSecret}\n`);
    const { exitCode, stderr } = await rehearsal.dsl(
      ...["update-stack", "shop", database, "--no-password", "--no-collect-public"],
      ...["--sign-in", provider.issuer, "--sign-in-client-id", CLIENT.clientId],
      ...["--sign-in-client-secret-file", secretFile, "--sign-in-allow", "@example.com"],
    );
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining(callback)]);
    expect(stderr).not.toContain(new URL("/-/login/callback", api).href);
    const browser = new WebBrowser("login=ann");
    const start = new URL("/-/login/start?next=/shop", url).href;
    const page = await browser.goTo(start);
    expect([page.status, page.headers.get("x-cache")]).toEqual([200, "Miss from cloudfront"]);
    expect((await fetch(new URL("/shop", url), { redirect: "manual" })).status).not.toBe(200);
    const send = (headers: Record<string, string>) =>
      fetch(new URL("/collect", url), { method: "POST", body: '{"type":"click"}', headers });
    const answers = [
      await send({ authorization: `Bearer ${token}` }),
      await send({ authorization: "Bearer dsl_guessed" }),
      await send({}),
    ];
    expect(answers.map(({ status }) => status)).toEqual([202, 401, 401]);
  } finally {
    provider.close();
  }
  await rehearsal.update("shop", database, "--no-sign-in", "--no-password", "--collect-public");
});

test("without it the API answers everybody again, and the secret is gone", async () => {
  const { url: now } = await rehearsal.update("shop", database, "--no-cloudfront");
  expect(now).toBe(api);
  expect((await atApi("/shop.json")).status).toBe(200);
  expect(await stackOf("edge")).toBeNull();
  await expect(secret()).rejects.toThrow("can't find");
});

test("an option of a distribution that is not there is refused", async () => {
  const { exitCode, stderr } = await rehearsal.dsl(
    "update-stack",
    "shop",
    database,
    "--cloudfront-logs",
  );
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining("add --cloudfront")]);
});

test("deleting the site deletes distribution, log and secret", async () => {
  await rehearsal.update("shop", database, "--cloudfront", "--cloudfront-logs");
  const { stdout } = await rehearsal.dsl("delete-stack", "shop", "--yes");
  expect(stdout).toContain("Deleted shop-edge and shop-collect and shop-service and shop");
  await expect(secret()).rejects.toThrow("can't find");
});
