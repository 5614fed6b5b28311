/** What is wrong with an error message as something for people; null when nothing is. */
export function notASentence(message: string): string | null {
  if (message.trim() === "") return "an empty error";
  if (/\n\s+at .+:\d+:\d+/.test(message)) return "a stack trace";
  if (/\bundefined\b|\[object /.test(message)) return "not a sentence";
  return null;
}
