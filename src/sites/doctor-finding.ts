/** What one check of `dsl doctor` says. */
export interface Finding {
  check: string;
  state: "ok" | "warning" | "problem";
  /** What was found, one sentence without a full stop. */
  text: string;
  /** What to do; null where all is well. */
  hint: string | null;
}

export function ok(check: string, text: string): Finding {
  return { check, state: "ok", text, hint: null };
}
