/** Turns the SQL text area into an editor; the editor itself is loaded only where there is one. */
export function openEditors(): void {
  const field = document.querySelector<HTMLTextAreaElement>("textarea#sql-editor");
  if (!field) return;
  void import("./editor.ts").then(({ openEditor }) => openEditor(field));
}
