import fc from "fast-check";
import { expect, test } from "vitest";
import { createApp } from "../../runtime/site/pipeline/app.ts";
import { FUZZ_PROFILE, knownDatabases, problemWith } from "./fuzzing.ts";
import { siteOfProfile } from "./site.ts";
import { urls } from "./urls.ts";

test("no URL is answered with a 500 or with broken JSON", async () => {
  const source = siteOfProfile(FUZZ_PROFILE);
  const site = await source.current();
  const queries = new Map(
    [...site.config.databases].map(([name, database]) => [name, [...database.queries.keys()]]),
  );
  const app = createApp(source);
  try {
    await fc.assert(
      fc.asyncProperty(urls(knownDatabases(queries)), async (url) => {
        expect(await problemWith(app, url)).toBeNull();
      }),
      { numRuns: 2000 },
    );
  } finally {
    source.close();
  }
});
