/** The built function as Lambda runs it: answers paths. */
import { createRequire } from "node:module";

const { handler } = createRequire(import.meta.url)(process.env.BUNDLE);

process.on("message", async (path) => {
  const [rawPath, rawQueryString = ""] = path.split("?");
  const { statusCode, body } = await handler({
    version: "2.0",
    rawPath,
    rawQueryString,
    headers: { host: "abc.execute-api.test", "x-forwarded-proto": "https" },
    requestContext: { requestId: "1", http: { method: "GET", path: rawPath } },
    isBase64Encoded: false,
  });
  process.send({ status: statusCode, body: body.slice(0, 300) });
});
process.send("ready");
