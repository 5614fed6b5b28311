/** Parameters beside those of a folder that was saved and perhaps edited (`--from`). Pure. */
import type { DeployedState, SavedStack, UpdateOptions } from "./inputs.ts";
import type { Parameters } from "./plan.ts";
import { surviving } from "./stack-action.ts";

/** What `dsl` decides for itself, whatever a folder says that was saved before. */
const DECIDED = [
  "BucketName",
  "CodeKey",
  "LayerKey",
  "LayerArn",
  "StaticMounts",
  "Storage",
  "Origin",
];

/** The parameters of the service stack that a plan begins with: as saved, else as deployed. */
export function serviceNow(
  options: Pick<UpdateOptions, "saved">,
  deployed: DeployedState,
): Record<string, string> {
  const { parameters = {} } = surviving(deployed, "service") ?? {};
  return withSaved(parameters, options.saved?.get("service"));
}

/** Saved parameters count like deployed ones: what is asked for now comes first. */
function withSaved(
  deployed: Record<string, string>,
  saved: SavedStack | undefined,
): Record<string, string> {
  const chosen = Object.entries(saved?.parameters ?? {}).filter(
    ([name]) => !DECIDED.includes(name),
  );
  return { ...deployed, ...Object.fromEntries(chosen) };
}

/** The parameters that an edited template has: some of ours may be gone, some of its own be there. */
export function declaredOnly(parameters: Parameters, saved: SavedStack | undefined): Parameters {
  if (saved === undefined) return parameters;
  const all = { ...saved.parameters, ...parameters };
  return Object.fromEntries(Object.entries(all).filter(([name]) => saved.declared.has(name)));
}
