/** Buttons that copy what is in a field; configured charts open in the panel of their page. */
import { all, element } from "./dom.ts";

export function offerCopies(): void {
  for (const field of all<HTMLTextAreaElement>("textarea.copied")) {
    const button = element("button", { type: "button", class: "plain" }, "Copy");
    button.addEventListener("click", () => {
      field.select();
      void navigator.clipboard.writeText(field.value).then(() => {
        button.textContent = "Copied";
      });
    });
    field.after(button);
  }
}

export function openChartsHere(): void {
  for (const link of all<HTMLAnchorElement>("a[data-chart]")) {
    link.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      history.replaceState(history.state, "", link.dataset.chart!);
      dispatchEvent(new Event("chart-asked"));
    });
  }
}
