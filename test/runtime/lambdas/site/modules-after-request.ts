/** Answers one request and prints the modules of Node that were loaded for it, one a line. */
import { handler } from "../../../../runtime/lambdas/site/handler.ts";

const { statusCode } = await handler({
  version: "2.0",
  rawPath: "/shop/version.json",
  rawQueryString: "",
  requestContext: { http: { method: "GET" } },
});
const loaded = (process as unknown as { moduleLoadList: string[] }).moduleLoadList;
process.stdout.write([`status ${statusCode}`, ...loaded].join("\n"));
