/** What a function returned → HTTP response, payload format 2.0. */
import { z } from "zod";

export interface ApiResponse {
  status: number;
  /** Repeated for `set-cookie`. */
  headers: [string, string][];
  body: Buffer;
}

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const resultSchema = z.object({
  statusCode: z.union([z.int(), z.string().regex(/^\d{3}$/)]).transform(Number),
  headers: z.record(z.string(), scalar).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/**
 * A result with `statusCode` says everything itself; any other is the body of a JSON response with
 * status 200. Undefined when the result is malformed, which API Gateway answers with 500.
 */
export function responseFor(result: unknown): ApiResponse | undefined {
  if (typeof result !== "object" || result === null || !("statusCode" in result)) {
    const body = typeof result === "string" ? result : JSON.stringify(result);
    return json(200, body);
  }
  const parsed = resultSchema.safeParse(result);
  if (!parsed.success || parsed.data.statusCode < 100 || parsed.data.statusCode > 599) {
    return undefined;
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
  const given = Object.entries(headers ?? {}).map(([name, value]): [string, string] => [
    name.toLowerCase(),
    value,
  ]);
  const typed = given.some(([name]) => name === "content-type");
  return {
    status: statusCode,
    headers: [
      ...(typed ? [] : ([["content-type", "text/plain;charset=UTF-8"]] as [string, string][])),
      ...given,
      ...(cookies ?? []).map((cookie): [string, string] => ["set-cookie", cookie]),
    ],
    body: Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8"),
  };
}

/** An answer of API Gateway's own. */
export function message(status: number, text: string): ApiResponse {
  return json(status, JSON.stringify({ message: text }));
}

function json(status: number, body: string): ApiResponse {
  return { status, headers: [["content-type", "application/json"]], body: Buffer.from(body) };
}
