import type { HeaderFields } from "../http/answer.ts";

/** With `--cors`: pages of other sites may read every answer. */
export const CORS_HEADERS: HeaderFields = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "Authorization, Content-Type",
  "access-control-expose-headers": "Link",
  "access-control-allow-methods": "GET, POST, HEAD, OPTIONS",
  "access-control-max-age": "3600",
};
