/** Shows SQLite's plan for the SQL in the editor below the form, as a tree. */
import { element } from "./dom.ts";

interface PlanStep {
  id: number;
  parent: number;
  detail: string;
}

/** The link to the plan works without this; with it the plan is shown in place. */
export function showPlans(form: HTMLFormElement, field: HTMLTextAreaElement): void {
  const link = form.querySelector<HTMLAnchorElement>("a.query-plan");
  link?.addEventListener("click", (event) => {
    event.preventDefault();
    void show(form, field.value, link);
  });
}

async function show(form: HTMLFormElement, sql: string, link: HTMLAnchorElement): Promise<void> {
  const url = new URL(link.href);
  url.pathname += ".json";
  url.search = "";
  for (const [name, value] of new FormData(form)) url.searchParams.set(name, String(value));
  url.searchParams.set("sql", `explain query plan ${sql}`);
  url.searchParams.set("_shape", "array");
  const response = await fetch(url);
  const answer: unknown = await response.json();
  const content = Array.isArray(answer)
    ? tree(answer as PlanStep[], 0)
    : element("p", {}, (answer as { error?: string }).error ?? "There is no plan for this SQL.");
  document.querySelector(".plan")?.remove();
  const panel = element("section", { class: "plan panel", tabindex: "-1" });
  panel.append(element("h3", {}, "How SQLite runs this"), content);
  form.after(panel);
  panel.focus();
}

function tree(steps: PlanStep[], parent: number): HTMLElement {
  const list = element("ul");
  for (const step of steps.filter((candidate) => candidate.parent === parent)) {
    const item = element("li", {}, element("code", {}, step.detail));
    const below = tree(steps, step.id);
    if (below.childElementCount > 0) item.append(below);
    list.append(item);
  }
  return list;
}
