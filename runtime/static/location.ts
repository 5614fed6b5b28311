/**
 * The address of this page with some arguments replaced: null removes one. The page always starts
 * again at its first page of rows.
 */
export function withArguments(changes: Record<string, string | null>): string {
  const parameters = new URLSearchParams(location.search);
  parameters.delete("_next");
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) parameters.delete(name);
    else parameters.set(name, value);
  }
  return addressWith(parameters);
}

/** The address of this page with one more argument. */
export function withArgumentAdded(name: string, value: string): string {
  const parameters = new URLSearchParams(location.search);
  parameters.delete("_next");
  parameters.append(name, value);
  return addressWith(parameters);
}

function addressWith(parameters: URLSearchParams): string {
  const query = parameters.toString();
  return query === "" ? location.pathname : `${location.pathname}?${query}`;
}

/** The address of this page in another format, such as `json`, with its arguments and more. */
export function withFormat(format: string, extra: Record<string, string> = {}): string {
  const parameters = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(extra)) parameters.set(name, value);
  const query = parameters.toString();
  const path = `${location.pathname.replace(/\/$/, "")}.${format}`;
  return query === "" ? path : `${path}?${query}`;
}
