/** The bad days. Each may fail as it likes, if it says so; the soak publishes undisturbed after it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { FaultRuleInput } from "../../src/local-aws/common/faults.ts";
import type { KillStep, Rehearsal } from "../e2e/rehearsal.ts";
import { emptyBucket, fillDisk, worstQueries } from "./damage.ts";
import { notASentence } from "./sentences.ts";

export interface Soak {
  rehearsal: Rehearsal;
  url: string;
  /** A small disk for temporary files of functions and publishers; null where none could be made. */
  disk: string | null;
  file: string;
  site: string;
  random: (below: number) => number;
  /** What the file has now. */
  edition: number;
  /** Editions that readers may see at the moment. */
  possible: Set<number>;
  problems: string[];
}

interface Scenario {
  name: string;
  play(soak: Soak): Promise<void>;
}

/** Each way of failing that the local AWS knows, together on a tenth of all calls of S3. */
function tenthOfCalls(): FaultRuleInput[] {
  const s3 = { service: "s3", probability: 0.1 / 7 } as const;
  return [
    { ...s3, kind: "error", code: "InternalError", status: 500 },
    { ...s3, kind: "throttle" },
    { ...s3, kind: "slow", ms: 300 },
    { ...s3, kind: "truncate" },
    { ...s3, kind: "reset" },
    { ...s3, kind: "kill" },
    { ...s3, kind: "lost" },
  ];
}

const put = (match: string, when: KillStep["when"]): KillStep => ({
  service: "s3",
  operation: "PutObject",
  match,
  when,
});

const STEPS: readonly KillStep[] = [
  put("^blocks/", "before"),
  put("^blocks/", "after"),
  put("^indexes/", "before"),
  put("^indexes/", "after"),
  put("^manifests/", "before"),
  put("^manifests/", "after"),
  put("^manifest.json$", "before"),
  put("^manifest.json$", "after"),
];

/** `update-stack`, which may fail with a sentence. */
async function tryToPublish(
  { rehearsal, site, file, problems }: Soak,
  env: Record<string, string> = {},
): Promise<void> {
  const run = await rehearsal.dslWith(env, "update-stack", site, file);
  const { exitCode, stdout, stderr } = run;
  if (exitCode === 0) return;
  const wrong = notASentence(`${stdout}${stderr}`);
  if (wrong !== null) problems.push(`update-stack printed ${wrong}: ${stderr.slice(-400)}`);
}

const HOUR_MS = 3_600_000;

/** A module that puts the clock of a process forward, or back. */
function clockOff(hours: number): string {
  const source = `const Real = Date;
    const off = ${hours * 3600 * 1000};
    globalThis.Date = class extends Real {
      constructor(...given) { given.length === 0 ? super(Real.now() + off) : super(...given); }
      static now() { return Real.now() + off; }
    };`;
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "a publisher is killed at a named step",
    play: async (soak) => {
      const { rehearsal, random, site, file } = soak;
      await rehearsal.killAt(STEPS[random(STEPS.length)]!, "update-stack", site, file);
    },
  },
  {
    name: "a publisher is killed after some call",
    play: async (soak) => {
      const { rehearsal, random, site, file } = soak;
      const step = { service: "s3", operation: "PutObject", after: random(8) } as const;
      // It may have ended before so many calls, which is no problem.
      await rehearsal
        .killAt({ ...step, when: "before" }, "update-stack", site, file)
        .catch(() => {});
    },
  },
  {
    name: "a publisher whose clock is days off",
    play: async (soak) => {
      const hours = soak.random(2) === 0 ? 50 : -50;
      await tryToPublish(soak, { NODE_OPTIONS: `--import ${clockOff(hours)}` });
    },
  },
  {
    name: "a tenth of all calls of S3 fail in every way",
    play: async (soak) => {
      await soak.rehearsal.inject(tenthOfCalls());
      await tryToPublish(soak);
      await sleep(2000);
    },
  },
  {
    name: "two publishers at once",
    play: async (soak) => {
      await Promise.all([tryToPublish(soak), tryToPublish(soak)]);
    },
  },
  {
    name: "two publishers at once, while a tenth of all calls of S3 fail",
    play: async (soak) => {
      await soak.rehearsal.inject(tenthOfCalls());
      await Promise.all([tryToPublish(soak), tryToPublish(soak)]);
    },
  },
  {
    name: "credentials expire while a version is published and read",
    play: async (soak) => {
      await soak.rehearsal.inject([
        { service: "s3", kind: "error", code: "ExpiredToken", status: 400, probability: 0.5 },
      ]);
      await tryToPublish(soak);
      await sleep(2000);
    },
  },
  {
    name: "S3 is gone for readers and publishers",
    play: async (soak) => {
      await soak.rehearsal.inject([{ service: "s3", kind: "reset" }]);
      await sleep(3000 + soak.random(3000));
    },
  },
  {
    name: "blocks are missing for a while, as from a bucket that somebody emptied",
    play: async (soak) => {
      await soak.rehearsal.inject([
        { service: "s3", operation: "GetObject", kind: "error", code: "NoSuchKey", status: 404 },
      ]);
      await sleep(3000 + soak.random(3000));
    },
  },
  {
    name: "the functions' clocks jump by days, there and back, while a version is published",
    play: async (soak) => {
      const hours = soak.random(2) === 0 ? 50 : -50;
      await soak.rehearsal.inject([], hours * HOUR_MS);
      await sleep(1000);
      await tryToPublish(soak);
      await soak.rehearsal.inject([], -hours * HOUR_MS);
      await sleep(2000);
    },
  },
  {
    name: "the bucket is emptied under the running site",
    play: async (soak) => {
      await emptyBucket(soak.rehearsal.clients, soak.site);
      await sleep(3000);
    },
  },
  {
    name: "/tmp is full, of functions and of a publisher",
    play: async (soak) => {
      if (soak.disk === null) return;
      const free = fillDisk(soak.disk);
      try {
        await tryToPublish(soak, { TMPDIR: soak.disk });
        // From another disk it is published, and functions have no room for it.
        await tryToPublish(soak);
        await sleep(2000);
      } finally {
        free();
      }
    },
  },
  {
    name: "answers that want more memory than there is",
    play: async ({ url, site, problems }) => {
      problems.push(...(await worstQueries(url, site)));
    },
  },
];
