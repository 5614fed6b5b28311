/**
 * What the server says and takes beside AWS, under `/_local/`, unsigned:
 *
 *     GET    /_local/health    who serves here: home, pid, account, …
 *     GET    /_local/faults    the fault rules and how often each hit
 *     POST   /_local/faults    replaces them: {"rules": [...], "seed": 1, "clockOffsetMs": 0}
 *     DELETE /_local/faults    removes them
 *     GET    /_local/network   how slow the way to S3 is
 *     POST   /_local/network   sets it: {"latencyMs": 30, "megabytesPerSecond": 78}
 *     DELETE /_local/network   makes it as quick as it can be
 *     POST   /_local/dns       what DNS outside of this account says: {"records": [{"name", "value"}], "forbidden": []}
 *     GET    /_local/actions   the IAM actions that were needed since it was asked the last time
 *     POST   /_local/stop      answers, then stops the server
 */
import type { IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import { z } from "zod";
import { type Faults, faultSettingsSchema } from "./common/faults.ts";
import type { LocalResponse } from "./common/service.ts";
import { isFromWebPage, isLoopbackHost } from "./common/web-pages.ts";
import type { NeededActions } from "./iam/needed-actions.ts";
import { type Network, networkSchema } from "./network.ts";

export interface Health {
  home: string;
  pid: number;
  region: string;
  accountId: string;
  services: string[];
  /** Version of dsl. */
  software: string;
}

/** CNAMEs in zones that are not here, and domains whose CAA records allow Amazon no certificates. */
const dnsSchema = z.strictObject({
  records: z.array(z.strictObject({ name: z.string(), value: z.string() })).default([]),
  forbidden: z.array(z.string()).default([]),
});

export interface Admin {
  dns: { set(outside: z.output<typeof dnsSchema>): void };
  health(): Health;
  faults: Faults;
  network: Network;
  neededActions: NeededActions;
  /** Called after the answer has been given. */
  stop(): void;
}

export function isAdminPath(path: string): boolean {
  return path.startsWith("/_local/");
}

export async function answerAdmin(
  incoming: IncomingMessage,
  path: string,
  admin: Admin,
): Promise<LocalResponse> {
  // A web page in the user's browser can send requests here, too: it must not stop the server.
  if (isFromWebPage(incoming.headers) || !isLoopbackHost(incoming.headers.host)) {
    return answer(403, { error: "The local AWS takes no orders from web pages." });
  }
  switch (`${incoming.method} ${path}`) {
    case "GET /_local/health":
      return answer(200, admin.health());
    case "GET /_local/faults":
      return answer(200, { rules: admin.faults.report() });
    case "POST /_local/faults":
      return setFaults(incoming, admin.faults);
    case "DELETE /_local/faults":
      admin.faults.set({ rules: [] });
      return answer(200, { rules: [] });
    case "GET /_local/network":
      return answer(200, admin.network.settings);
    case "POST /_local/network":
      return setNetwork(incoming, admin.network);
    case "DELETE /_local/network":
      admin.network.set({});
      return answer(200, admin.network.settings);
    case "POST /_local/dns":
      return withBody(incoming, dnsSchema, (outside) => {
        admin.dns.set(outside);
        return outside;
      });
    case "GET /_local/actions": {
      const actions = admin.neededActions.report();
      admin.neededActions.clear();
      return answer(200, { actions });
    }
    case "POST /_local/stop":
      setImmediate(() => admin.stop());
      return answer(200, { stopping: true });
    default:
      return answer(404, { error: `${incoming.method} ${path} is not known here.` });
  }
}

async function setFaults(incoming: IncomingMessage, faults: Faults): Promise<LocalResponse> {
  return withBody(incoming, faultSettingsSchema, (settings) => {
    faults.set(settings);
    return { rules: faults.report() };
  });
}

async function setNetwork(incoming: IncomingMessage, network: Network): Promise<LocalResponse> {
  return withBody(incoming, networkSchema, (settings) => {
    network.set(settings);
    return network.settings;
  });
}

/** Answers what `use` gives for the body, or 400 with what is wrong with it. */
async function withBody<T>(
  incoming: IncomingMessage,
  schema: z.ZodType<T>,
  use: (value: T) => object,
): Promise<LocalResponse> {
  let body: unknown;
  try {
    body = await json(incoming);
  } catch {
    return answer(400, { error: "The body is not JSON." });
  }
  const parsed = schema.safeParse(body);
  if (!parsed.success) return answer(400, { error: z.prettifyError(parsed.error) });
  return answer(200, use(parsed.data));
}

function answer(status: number, value: unknown): LocalResponse {
  return {
    status,
    headers: { "content-type": "application/json" },
    body: `${JSON.stringify(value)}\n`,
  };
}
