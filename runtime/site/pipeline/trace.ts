/** `?_trace=1`, where the setting `trace_debug` allows it: the statements behind an answer, at its end. */
import { clock } from "../../core/clock.ts";
import { traced } from "../../core/sqlite/trace.ts";
import type { Answer } from "../http/answer.ts";
import type { PageContext } from "../pages/context.ts";
import { escapeHtml } from "../views/fast-text/escape.ts";
import { parametersJson, toJson } from "../views/json/json.ts";
import { indentJson } from "../views/text/indent-json.ts";

export function isTraced({ request, config }: PageContext): boolean {
  return config.settings.trace_debug && request.args.get("_trace") === "1";
}

/** The answer with its trace: before the end of a page's body, or as `_trace` of a JSON object. */
export async function withTrace(make: () => Promise<Answer>): Promise<Answer> {
  const start = clock();
  const { result: answer, traces } = await traced(make);
  const { body, headers } = answer;
  if (typeof body !== "string") return answer;
  const trace = toJson({
    request_duration_ms: clock() - start,
    sum_trace_duration_ms: traces.reduce((sum, { duration_ms: each }) => sum + each, 0),
    num_traces: traces.length,
    traces: traces.map(({ params, ...rest }) => ({ ...rest, params: parametersJson(params) })),
  });
  const type = headers["content-type"] ?? "";
  if (type.startsWith("text/html")) {
    return { ...answer, body: insertBefore(body, "</body>", `<pre>${pretty(trace)}</pre>`) };
  }
  if (!type.startsWith("application/json") || !/^\{[^}]/.test(body)) return answer;
  return { ...answer, body: `${body.slice(0, -1)},"_trace":${trace}}` };
}

function pretty(trace: string): string {
  return escapeHtml(indentJson(trace));
}

function insertBefore(text: string, mark: string, inserted: string): string {
  const at = text.lastIndexOf(mark);
  return at < 0 ? text : text.slice(0, at) + inserted + text.slice(at);
}
