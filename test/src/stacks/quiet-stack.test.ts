import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createClients } from "../../../src/aws/clients.ts";
import { type Cloud, cloudOf } from "../../../src/stacks/cloud.ts";
import { followEvents } from "../../../src/stacks/events.ts";
import { queryError } from "../aws/scripted-aws.ts";
import { recordingStep } from "./recording-step.ts";

/** A CloudFormation that never has an event to tell, and whose stack is in `status`; null: it is gone. */
let status: string | null;
let server: Server;
let cloud: Cloud;
beforeEach(async () => {
  server = createServer(async (request, response) => {
    const action = new URLSearchParams(await text(request)).get("Action");
    if (action === "DescribeStackEvents") {
      response.end(answer(action, "<StackEvents/>"));
    } else if (status === null) {
      response.writeHead(400).end(queryError("ValidationError", "Stack with id x does not exist"));
    } else {
      const stack = `<StackName>x</StackName><StackStatus>${status}</StackStatus>`;
      response.end(answer("DescribeStacks", `<Stacks><member>${stack}</member></Stacks>`));
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const clients = createClients({ local: { endpoint, region: "us-east-1", credentials } });
  cloud = { ...(await cloudOf(clients)), pollMilliseconds: 1 };
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function answer(action: string, content: string): string {
  return `<${action}Response><${action}Result>${content}</${action}Result></${action}Response>`;
}

test("a stack that vanishes without an event is deleted", async () => {
  status = null;
  expect(await followEvents(cloud, "x", null, recordingStep())).toEqual({
    status: "DELETE_COMPLETE",
    events: [],
  });
});

test("a stack that comes to rest without an event is asked for its status", async () => {
  status = "UPDATE_IN_PROGRESS";
  const following = followEvents(cloud, "x", null, recordingStep());
  setTimeout(() => {
    status = "UPDATE_COMPLETE";
  }, 100);
  expect(await following).toEqual({ status: "UPDATE_COMPLETE", events: [] });
});
