/**
 * Lays out JSON text with an indent of two. Numbers stay as they are written, beyond 2^53 too.
 * @throws SyntaxError for text that is not JSON
 */
export function indentJson(text: string): string {
  const numbersAsWritten = (_key: string, value: unknown, context?: { source: string }) =>
    typeof value === "number" && context?.source !== undefined && rawJSON
      ? rawJSON(context.source)
      : value;
  return JSON.stringify(JSON.parse(text, numbersAsWritten), null, 2);
}

/** https://tc39.es/proposal-json-parse-with-source/: Node has it, older browsers do not. */
const { rawJSON } = JSON as unknown as { rawJSON?: (text: string) => unknown };
