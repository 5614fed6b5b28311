/**
 * What `on`, `true`, `1`, `off`, `false` and `0` mean in a query string; null for anything else.
 */
export function parseBoolean(text: string): boolean | null {
  switch (text.toLowerCase()) {
    case "on":
    case "true":
    case "1":
      return true;
    case "off":
    case "false":
    case "0":
      return false;
    default:
      return null;
  }
}
