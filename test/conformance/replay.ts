/** Sends every recorded request to the app, in this process, and compares the answers. */
import { listTables } from "../../runtime/core/sqlite/schema.ts";
import { createApp } from "../../runtime/site/pipeline/app.ts";
import { countTable } from "../../runtime/site/queries/count.ts";
import type { SiteSource } from "../../runtime/site/site.ts";
import { fetchFrom } from "../runtime/site/fetch-app.ts";
import { type Comparison, compareAnswer } from "./compare.ts";
import { type ConformanceRecord, type Profile, readProfiles, readRecords } from "./records.ts";
import { type Locate, siteOfProfile } from "./site.ts";

export interface Replayed {
  record: ConformanceRecord;
  comparison: Comparison;
}

export async function replay(
  wanted: (record: ConformanceRecord) => boolean = () => true,
  locate?: Locate,
): Promise<Replayed[]> {
  const profiles = readProfiles();
  const records = readRecords().filter(wanted);
  const replayed: Replayed[] = [];
  for (const [name, profile] of Object.entries(profiles)) {
    const ofProfile = records.filter((record) => record.profile === name);
    if (ofProfile.length === 0) continue;
    const site = siteOfProfile(profile, locate);
    const unhurried = siteOfProfile(withTime(profile), locate);
    const [exactly, inTime] = [createApp(site), createApp(unhurried)];
    for (const source of [site, unhurried]) await countAll(source);
    for (const record of ofProfile) {
      const app = isAboutLimits(record) ? exactly : inTime;
      const { method, path, headers, body } = record.request;
      const answer = await fetchFrom(
        app,
        new Request(`http://localhost${path}`, {
          method,
          headers: { host: "localhost", ...headers },
          body: body ?? null,
        }),
      );
      replayed.push({ record, comparison: await compareAnswer(record, answer) });
    }
    site.close();
    unhurried.close();
  }
  return replayed;
}

/** Answers that are cut short on a busy machine are no difference. */
const LIMITS = ["sql_time_limit_ms", "facet_time_limit_ms", "facet_suggest_time_limit_ms"];
const TIME_ENOUGH = 60_000;

function withTime(profile: Profile): Profile {
  const limits = Object.fromEntries(LIMITS.map((name) => [name, TIME_ENOUGH]));
  return { ...profile, settings: { ...profile.settings, ...limits } };
}

/** Pages that list tables count them within milliseconds, once. */
async function countAll(source: SiteSource): Promise<void> {
  for (const database of (await source.current()).databases) {
    const connection = await database.connect();
    connection.refresh();
    const { tables, views } = listTables(connection);
    for (const name of [...tables, ...views]) {
      countTable(connection, database, name, TIME_ENOUGH);
    }
  }
}

/** Those of a category of their own, and pages that show the settings. */
function isAboutLimits({ category, request }: ConformanceRecord): boolean {
  return category === "timelimit" || /\/-\/(?:settings|config)\b/.test(request.path);
}
