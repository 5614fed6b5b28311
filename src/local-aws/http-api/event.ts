/** HTTP request → event, payload format 2.0. */

export interface ApiRequest {
  method: string;
  /** As sent: path and query string, percent-encoded. */
  url: string;
  /** Name and value in turn, as sent. */
  rawHeaders: string[];
  body: Buffer;
  sourceIp: string;
  port: number;
}

export interface ApiRoute {
  apiId: string;
  accountId: string;
  routeKey: string;
  pathParameters: Record<string, string>;
  stageVariables: Record<string, string>;
}

/** Headers that are between the client and API Gateway only. */
const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "transfer-encoding",
  "upgrade",
];

/**
 * The path as the function gets it: percent-decoded, and cut at a decoded `?`, as HTTP APIs do (seen
 * in captures: https://github.com/hotsock/voker/pull/8). Undefined when it cannot be decoded.
 */
export function decodedPath(url: string): string | undefined {
  const [path = "/"] = url.split("?");
  try {
    return decodeURIComponent(path).split("?")[0];
  } catch {
    return undefined;
  }
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
export function eventFor(request: ApiRequest, route: ApiRoute, requestId: string, now: Date) {
  const { cookies, headers } = joinedHeaders(request.rawHeaders);
  const path = decodedPath(request.url) ?? "/";
  const rawQueryString = request.url.split("?").slice(1).join("?");
  const query = queryParameters(rawQueryString);
  const host = headers.host ?? `127.0.0.1:${request.port}`;
  const isText = isTextual(headers["content-type"]);
  return {
    version: "2.0",
    routeKey: route.routeKey,
    rawPath: path,
    rawQueryString,
    ...(cookies.length > 0 && { cookies }),
    headers: {
      ...headers,
      "content-length": String(request.body.length),
      "x-amzn-trace-id": `Root=1-${Math.floor(now.getTime() / 1000).toString(16)}-${requestId.replaceAll("-", "").slice(0, 24)}`,
      "x-forwarded-for": request.sourceIp,
      "x-forwarded-port": String(request.port),
      "x-forwarded-proto": "http",
    },
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    requestContext: {
      accountId: route.accountId,
      apiId: route.apiId,
      domainName: host.replace(/:\d+$/, ""),
      domainPrefix: host.split(".")[0] ?? "",
      http: {
        method: request.method,
        path,
        protocol: "HTTP/1.1",
        sourceIp: request.sourceIp,
        userAgent: headers["user-agent"] ?? "",
      },
      requestId,
      routeKey: route.routeKey,
      stage: "$default",
      time: commonLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...(Object.keys(route.pathParameters).length > 0 && { pathParameters: route.pathParameters }),
    ...(Object.keys(route.stageVariables).length > 0 && { stageVariables: route.stageVariables }),
    ...(request.body.length > 0 && { body: request.body.toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: request.body.length > 0 && !isText,
  };
}

/** Lower-case names, values of the same name joined by commas; cookies apart. */
function joinedHeaders(rawHeaders: string[]) {
  const headers: Record<string, string> = {};
  const cookies: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? "").toLowerCase();
    const value = rawHeaders[at + 1] ?? "";
    if (name === "cookie") cookies.push(...value.split(/;\s*/));
    else if (!HOP_BY_HOP.includes(name)) {
      headers[name] = Object.hasOwn(headers, name) ? `${headers[name]},${value}` : value;
    }
  }
  return { headers, cookies };
}

/** Decoded; values of the same name joined by commas. */
function queryParameters(rawQueryString: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    parameters[name] = Object.hasOwn(parameters, name) ? `${parameters[name]},${value}` : value;
  }
  return parameters;
}

/** Bodies of other types, forms among them, arrive in Base64. */
function isTextual(contentType: string | undefined): boolean {
  return (
    contentType === undefined ||
    /^(text\/|application\/(json|javascript|xml|[\w.-]+\+(json|xml)))/i.test(contentType)
  );
}

/** `12/Mar/2020:19:03:58 +0000` */
function commonLogTime(date: Date): string {
  const [, day, month, year, time] = date.toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}
