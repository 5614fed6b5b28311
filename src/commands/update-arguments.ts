import type { UpdateRequest } from "../deploy/update-request.ts";
import type { UpdateFlags } from "../options/update-options.ts";
import { databasesFor } from "../project-file/project-databases.ts";
import { previewName } from "../stacks/preview.ts";
import type { Given } from "./define-command.ts";

/** What a command with update-stack's arguments asks for: as typed, and as dsl.yaml says. */
export function updateRequest(
  site: string,
  databases: string[],
  flags: UpdateFlags,
  { sources, project }: Given,
): UpdateRequest {
  const named = databasesFor({ databases, alias: flags.alias }, project);
  const { preview } = flags;
  return {
    site: preview === undefined ? site : previewName(site, preview),
    previewOf: preview === undefined ? undefined : site,
    flags: { ...flags, alias: named.alias },
    databases: named.databases,
    sources,
  };
}
