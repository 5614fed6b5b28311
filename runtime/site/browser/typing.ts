import { EditorView } from "@codemirror/view";

/**
 * Typing over a selection, done by the editor. Chromium would put a span with the old text's look as an
 * inline style there for a moment, which the pages' Content-Security-Policy forbids and reports.
 */
export const typeOverSelection = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { data, inputType, isComposing } = event;
    const { main } = view.state.selection;
    if (inputType !== "insertText" || data === null || isComposing || main.empty) return false;
    const insert = () =>
      view.state.update({
        ...view.state.replaceSelection(data),
        userEvent: "input.type",
        scrollIntoView: true,
      });
    const isHandled = view.state
      .facet(EditorView.inputHandler)
      .some((handle) => handle(view, main.from, main.to, data, insert));
    if (!isHandled) view.dispatch(insert());
    return true;
  },
});
