/** Sends every recorded request to the app, in this process, and compares the answers. */
import { createApp } from "../../runtime/site/pipeline/app.ts";
import { fetchFrom } from "../runtime/site/fetch-app.ts";
import { type Comparison, compareAnswer } from "./compare.ts";
import { type ConformanceRecord, readProfiles, readRecords } from "./records.ts";
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
    const app = createApp(site);
    for (const record of ofProfile) {
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
  }
  return replayed;
}
