/** An AwsFault in the form in which each protocol carries errors. */
import type { AwsFault, LocalResponse, LocalService } from "./service.ts";
import { xmlDocument } from "./xml.ts";

export type Protocol = LocalService["protocol"];

export function errorResponse(
  protocol: Protocol,
  fault: AwsFault,
  requestId: string,
): LocalResponse {
  const { headers, body } = FORMS[protocol](fault, requestId);
  return { status: fault.status, headers: { ...headers, ...fault.headers }, body };
}

type Form = (
  fault: AwsFault,
  requestId: string,
) => { headers: Record<string, string>; body: string };

/** https://smithy.io/2.0/aws/protocols/index.html; S3 leaves out the ErrorResponse around Error. */
const FORMS: Record<Protocol, Form> = {
  "rest-xml": (fault, requestId) => ({
    headers: { "content-type": "application/xml" },
    body: xmlDocument("Error", {
      Code: fault.code,
      Message: fault.message,
      ...fault.details,
      RequestId: requestId,
      HostId: "local",
    }),
  }),
  query: (fault, requestId) => ({
    headers: { "content-type": "text/xml" },
    body: xmlDocument("ErrorResponse", {
      Error: {
        Type: fault.status >= 500 ? "Receiver" : "Sender",
        Code: fault.code,
        Message: fault.message,
        ...fault.details,
      },
      RequestId: requestId,
    }),
  }),
  "rest-json": (fault) => ({
    headers: { "content-type": "application/json", "x-amzn-errortype": fault.code },
    body: JSON.stringify({
      Type: fault.status >= 500 ? "Service" : "User",
      message: fault.message,
      ...fault.details,
    }),
  }),
  json: (fault) => ({
    headers: { "content-type": "application/x-amz-json-1.1" },
    body: JSON.stringify({ __type: fault.code, message: fault.message, ...fault.details }),
  }),
};

/** For a request to a service that the local AWS does not have: how its client seems to speak. */
export function guessProtocol(headers: Record<string, string>): Protocol {
  const contentType = headers["content-type"] ?? "";
  if (headers["x-amz-target"] !== undefined) return "json";
  if (contentType.startsWith("application/x-www-form-urlencoded")) return "query";
  return contentType.startsWith("application/json") ? "rest-json" : "rest-xml";
}
