import type { NamedDatabase, Published } from "../../runtime/publisher/facts.ts";
import type { Reporter } from "../terminal/reporter.ts";

/**
 * The databases that an update publishes: those that `dsl watch` publishes stay as they are, which is said. So the
 * same `dsl.yaml` serves both, and configuration can be changed while a database is followed.
 */
export function withoutFollowed(
  databases: NamedDatabase[],
  published: Published | null,
  site: string,
  reporter: Reporter,
): NamedDatabase[] {
  const followed = new Set(
    published?.manifest.databases.flatMap(({ name, origin }) => (origin === "follow" ? name : [])),
  );
  for (const { name } of databases) {
    if (!followed.has(name)) continue;
    reporter.info(
      `${name} stays as it was published when it was followed; to publish it from here instead: end dsl watch (or --no-follow-in-lambda), dsl remove ${site} ${name}, then this again`,
    );
  }
  return databases.filter(({ name }) => !followed.has(name));
}
