/** What the soak breaks beside S3. */
import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, rmSync, symlinkSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { BucketStore } from "../../src/aws/bucket-store.ts";
import type { AwsClients } from "../../src/aws/clients.ts";
import { describeStack } from "../../src/stacks/describe.ts";
import { notASentence } from "./sentences.ts";

/** For the environments and a publisher; a version of the site has some 4 MB. */
const DISK = "64m";

/**
 * A disk of its own for the temporary files of environments; null where the machine does not let us. To
 * be called before there are any; the function that is returned removes it.
 */
export function smallDisk(folder: string): { disk: string; remove: () => void } | null {
  const disk = join(folder, "disk");
  const environments = join(folder, "local-aws/lambda/environments");
  mkdirSync(disk);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK}`, "dsl-soak", disk], {
      stdio: "ignore",
    });
  } catch {
    return null;
  }
  rmSync(environments, { recursive: true, force: true });
  mkdirSync(dirname(environments), { recursive: true });
  symlinkSync(disk, environments);
  const remove = () => void execFileSync("umount", ["--lazy", disk]);
  return { disk, remove };
}

/** Leaves no byte free until the function that is returned is called. */
export function fillDisk(disk: string): () => void {
  const path = join(disk, "filler");
  const file = openSync(path, "w");
  try {
    for (const piece of [Buffer.alloc(1 << 20), Buffer.alloc(1 << 12)]) {
      try {
        while (writeSync(file, piece) === piece.length);
      } catch {}
    }
  } finally {
    closeSync(file);
  }
  return () => rmSync(path, { force: true });
}

export async function emptyBucket(clients: AwsClients, site: string): Promise<void> {
  const stack = await describeStack(await clients.cloudFormation(), site);
  const store = new BucketStore(await clients.s3(), stack!.outputs.BucketName!);
  await store.delete((await store.list("")).map(({ key }) => key));
}

const numbers = (count: number) =>
  `with recursive n(i) as (values (1) union all select i + 1 from n where i < ${count})`;
const nested = Array.from({ length: 30 }).reduce<string>(
  (sql) => `select x || x as x from (${sql})`,
  "select title as x from items",
);

/** Each is answered with a sentence or cut short, and the function lives on. */
const QUERIES = [
  `${numbers(14)} select replace(hex(zeroblob(8000000)), '0', '"') as quotes from n`,
  `${numbers(1000)} select zeroblob(1000000) as bytes from n`,
  `${numbers(1e7)} select group_concat(i, '------------------------') from n`,
  "select json_group_array(note) from (select a.note from items a, items b)",
  nested,
];

/** What was wrong with the answers. */
export async function worstQueries(url: string, site: string): Promise<string[]> {
  const problems: string[] = [];
  for (const sql of QUERIES) {
    for (const format of ["json", "csv"]) {
      const path = `/${site}/-/query.${format}?sql=${encodeURIComponent(sql)}`;
      const response = await fetch(new URL(path, url), { redirect: "manual" });
      const text = await response.text();
      const died = response.status >= 500 && /"message":"Internal Server Error"/.test(text);
      const wrong = died ? "the function died" : notASentence(response.ok ? "ok" : text || "ok");
      if (wrong !== null) problems.push(`${wrong} of ${sql.slice(0, 100)}: ${text.slice(0, 200)}`);
    }
  }
  return problems;
}

/** The most memory that any environment has taken, in MB, as the local Lambda reports it. */
export async function mostMemory(clients: AwsClients): Promise<number> {
  const { DescribeLogGroupsCommand, FilterLogEventsCommand } = await import(
    "@aws-sdk/client-cloudwatch-logs"
  );
  const logs = await clients.logs();
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
  let most = 0;
  for (const { logGroupName } of logGroups) {
    let nextToken: string | undefined;
    do {
      const filterPattern = '"Max Memory Used"';
      const page = await logs.send(
        new FilterLogEventsCommand({ logGroupName, filterPattern, nextToken }),
      );
      for (const { message = "" } of page.events ?? []) {
        most = Math.max(most, Number(/Max Memory Used: (\d+) MB/.exec(message)?.[1] ?? 0));
      }
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
  }
  return most;
}
