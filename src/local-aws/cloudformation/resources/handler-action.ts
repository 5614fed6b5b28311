/** What CloudFormation calls for a resource of one type. */

export type Properties = Readonly<Record<string, unknown>>;
export type Verb = "create" | "update" | "delete";

export interface HandlerActions {
  /** The ARN of what is called for: of the resource by its physical id, or of what it belongs to. */
  arn(id: string, where: { region: string; account: string }, properties: Properties): string;
  /** For each thing that is done to it. */
  actions: Record<Verb, (properties: Properties) => string[]>;
}

export const named =
  (service: string, prefix = "") =>
  (id: string, { region, account }: { region: string; account: string }) =>
    id.startsWith("arn:") ? id : `arn:aws:${service}:${region}:${account}:${prefix}${id}`;
export const always =
  (...actions: string[]) =>
  () =>
    actions;
