import { AwsFault } from "../common/service.ts";

/**
 * Words, all of which must occur, and `"quoted phrases"`. The rest of the language is refused.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function readFilterPattern(pattern: string): (message: string) => boolean {
  const terms = pattern.match(/"[^"]*"|\S+/g) ?? [];
  const texts = terms.map((term) => {
    if (!/^("[^"]*"|\w+)$/.test(term)) {
      throw new AwsFault(
        "InvalidParameterException",
        `The local CloudWatch Logs does not support ${term} in a filter pattern: quote it.`,
      );
    }
    return term.replaceAll('"', "");
  });
  return (message) => texts.every((text) => message.includes(text));
}
