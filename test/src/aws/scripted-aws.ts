import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type AwsClients, createClients } from "../../../src/aws/clients.ts";

/** An AWS that gives every request the same answer; close it with `close`. */
export async function scriptedAws(
  status: number,
  body: string,
  headers: Record<string, string> = {},
): Promise<{ clients: AwsClients; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(status, { "content-type": "application/xml", ...headers }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const clients = createClients({
    local: {
      endpoint: `http://127.0.0.1:${port}`,
      region: "eu-central-1",
      credentials: { accessKeyId: "AKIATEST", secretAccessKey: "secret" },
    },
  });
  return {
    clients,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function s3Error(code: string, message: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
}

export function queryError(code: string, message: string): string {
  return `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`;
}
