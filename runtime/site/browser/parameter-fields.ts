/** Keeps a field for each `:parameter` of the SQL while it is being written. */
import { all, element } from "./dom.ts";

export function keepParameterFields(form: HTMLFormElement, field: HTMLTextAreaElement): void {
  const group = form.querySelector<HTMLElement>(".parameters");
  if (!group) return;
  const values = new Map<string, string>();
  field.addEventListener("input", () => {
    for (const input of all<HTMLInputElement>("input", group)) values.set(input.name, input.value);
    const names = namedParameters(field.value);
    const shown = all<HTMLInputElement>("input", group).map((input) => input.name);
    if (names.join("\n") === shown.join("\n")) return;
    group.replaceChildren(...names.map((name) => parameterField(name, values.get(name) ?? "")));
    group.hidden = names.length === 0;
  });
}

function parameterField(name: string, value: string): HTMLElement {
  const input = element("input", { type: "text", name });
  input.value = value;
  return element("label", {}, element("span", {}, `:${name}`), input);
}

/** The parameters of SQL text, outside strings, quoted names and comments, each once. */
export function namedParameters(sql: string): string[] {
  const tokens = sql.matchAll(
    /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|:([\p{L}_][\p{L}\p{N}_]*)/gu,
  );
  return [...new Set([...tokens].flatMap((token) => token[1] ?? []))];
}
