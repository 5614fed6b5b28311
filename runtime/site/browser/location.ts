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
