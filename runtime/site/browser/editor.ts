/** The SQL editor: CodeMirror over the form's text area, which stays what the form sends. */
import { autocompletion, closeBrackets, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { SQLite, sql } from "@codemirror/lang-sql";
import { bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { element } from "./dom.ts";
import { editorColours, editorTheme } from "./editor-theme.ts";
import { keepParameterFields } from "./parameter-fields.ts";
import { showPlans } from "./query-plan.ts";
import { typeOverSelection } from "./typing.ts";

export function openEditor(field: HTMLTextAreaElement): void {
  const form = field.form!;
  const view = new EditorView({
    parent: editorHost(field),
    state: EditorState.create({
      doc: field.value,
      extensions: [
        keymap.of([
          { key: "Mod-Enter", run: () => submit(form) },
          ...completionKeymap,
          ...historyKeymap,
          ...defaultKeymap,
        ]),
        lineNumbers(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        highlightSpecialChars(),
        bracketMatching(),
        closeBrackets(),
        typeOverSelection,
        autocompletion({ icons: false }),
        lintGutter(),
        syntaxHighlighting(editorColours),
        editorTheme,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": "SQL" }),
        language.of(sql({ dialect: SQLite, upperCaseKeywords: false })),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          field.value = update.state.doc.toString();
          field.dispatchEvent(new Event("input", { bubbles: true }));
        }),
      ],
    }),
  });
  field.hidden = true;
  showError(view, field);
  void completeFromSchema(view, field);
  keepParameterFields(form, field);
  showPlans(form, field);
  offerFormatting(view, form);
}

const language = new Compartment();

function submit(form: HTMLFormElement): boolean {
  form.requestSubmit();
  return true;
}

/**
 * The editor lives in a shadow root: there its styles are adopted style sheets, which the pages'
 * strict Content-Security-Policy allows, unlike style elements.
 */
function editorHost(field: HTMLTextAreaElement): HTMLElement {
  const host = element("div", { class: "editor-host" });
  field.after(host);
  const inside = element("div");
  host.attachShadow({ mode: "open" }).append(inside);
  return inside;
}

/** The place of the error that the server found, where it could tell. */
function showError(view: EditorView, field: HTMLTextAreaElement): void {
  const { error, errorFrom, errorTo } = field.dataset;
  if (error === undefined || errorFrom === undefined) return;
  const end = view.state.doc.length;
  const from = Math.min(Number(errorFrom), end);
  const to = Math.min(Number(errorTo ?? errorFrom), end);
  view.dispatch(setDiagnostics(view.state, [{ from, to, severity: "error", message: error }]));
}

async function completeFromSchema(view: EditorView, field: HTMLTextAreaElement): Promise<void> {
  const response = await fetch(field.dataset.databaseUrl!);
  if (!response.ok) return;
  const database = (await response.json()) as {
    tables?: { name: string; columns: string[] }[];
    views?: { name: string }[];
  };
  const schema: Record<string, string[]> = {};
  for (const table of database.tables ?? []) schema[table.name] = table.columns;
  for (const { name } of database.views ?? []) schema[name] ??= [];
  view.dispatch({ effects: language.reconfigure(sql({ dialect: SQLite, schema })) });
}

function offerFormatting(view: EditorView, form: HTMLFormElement): void {
  const button = form.querySelector<HTMLButtonElement>("#sql-format");
  if (!button) return;
  button.hidden = false;
  const format = async (): Promise<void> => {
    const { formatSql } = await import("./format.ts");
    const insert = formatSql(view.state.doc.toString());
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert } });
  };
  button.addEventListener("click", () => void format());
}
