/**
 * The one error that a request may end with on purpose. It becomes the error JSON or the error page.
 */
export class HttpError extends Error {
  readonly status: 400 | 403 | 404 | 405 | 413 | 429 | 500 | 503;
  /** Heading of the error page. */
  readonly title: string | null;
  /** Further top-level keys of the error JSON. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    status: HttpError["status"],
    message: string,
    options: { title?: string; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "HttpError";
    this.status = status;
    this.title = options.title ?? null;
    this.details = options.details ?? {};
  }
}

export function badRequest(message: string, title?: string): HttpError {
  return new HttpError(400, message, title === undefined ? {} : { title });
}

export function forbidden(message: string): HttpError {
  return new HttpError(403, message, { title: "Forbidden" });
}

export function notFound(message: string): HttpError {
  return new HttpError(404, message);
}

/** The body of every JSON error. */
export function errorBody(error: HttpError): Record<string, unknown> {
  return {
    ...error.details,
    ok: false,
    error: error.message,
    errors: [error.message],
    status: error.status,
  };
}
