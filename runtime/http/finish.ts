import type { PageContext } from "../pages/context.ts";

const CORS_HEADERS = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "Authorization, Content-Type",
  "access-control-expose-headers": "Link",
  "access-control-allow-methods": "GET, POST, HEAD, OPTIONS",
  "access-control-max-age": "3600",
};

/** What holds for every answer, whatever it is: CORS, HEAD. */
export function finish(context: PageContext, request: Request, response: Response): Response {
  if (context.config.flags.cors) {
    for (const [name, value] of Object.entries(CORS_HEADERS)) response.headers.set(name, value);
  }
  if (request.method === "HEAD") return new Response(null, response);
  return response;
}
