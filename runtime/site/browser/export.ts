/** The export box: the address of the JSON as a curl command. */
import { all } from "./dom.ts";

export function copyAsCurl(): void {
  for (const button of all<HTMLButtonElement>("button.copy-curl")) {
    button.hidden = false;
    const label = button.textContent;
    button.addEventListener("click", () => {
      const command = `curl '${button.dataset.url!.replaceAll("'", "%27")}'`;
      void navigator.clipboard.writeText(command).then(
        () => announce(button, "Copied", label),
        () => window.prompt("Copy this command", command),
      );
    });
  }
}

function announce(button: HTMLButtonElement, message: string, label: string): void {
  button.textContent = message;
  setTimeout(() => {
    button.textContent = label;
  }, 1500);
}
