import type { Project } from "./project.ts";

/** Databases as a command line has them. */
export interface TypedDatabases {
  databases: string[];
  /** `name=path` */
  alias: string[];
}

/** What was typed; when nothing was, what dsl.yaml lists. */
export function databasesFor(typed: TypedDatabases, project: Project | null): TypedDatabases {
  if (typed.databases.length + typed.alias.length > 0) return typed;
  const listed = project?.databases ?? [];
  return {
    databases: listed.filter(({ name }) => name === null).map(({ path }) => path),
    alias: listed.filter(({ name }) => name !== null).map(({ name, path }) => `${name}=${path}`),
  };
}
