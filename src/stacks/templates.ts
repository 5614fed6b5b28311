import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { templatesFolder } from "../paths.ts";
import { ROLES, type Role, STACK_KINDS } from "./roles.ts";

/** The text of each role's template, as this version of dsl has it. */
export async function readTemplates(): Promise<Record<Role, string>> {
  const texts = await Promise.all(
    ROLES.map(async (role) => {
      const path = join(templatesFolder, STACK_KINDS[role].template);
      return [role, await readFile(path, "utf8")] as const;
    }),
  );
  return Object.fromEntries(texts) as Record<Role, string>;
}
