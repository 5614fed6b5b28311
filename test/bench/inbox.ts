/**
 * `npm run bench:inbox`: how long a CSV file takes from being put into the inbox of a site on the local AWS
 * until a page shows its rows. Takes a size in MB. The first time the inbox's function starts, too.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BucketStore } from "../../src/aws/bucket-store.ts";
import { startRehearsal, writeItems } from "../e2e/rehearsal.ts";

const MEGABYTES = Number(process.argv[2] ?? 10);
const TIMES = 5;

function csv(round: number): Buffer {
  let text = "id,day,city,quantity,price,note\n";
  for (let id = 1; text.length < MEGABYTES * 1e6; id++) {
    const day = `2024-${String((id % 12) + 1).padStart(2, "0")}-${String((id % 28) + 1).padStart(2, "0")}`;
    text += `${id},${day},${["Berlin", "Zürich", "Paris"][id % 3]},${id % 97},${(id % 9973) / 100},order ${round}.${id} of many that are alike\n`;
  }
  return Buffer.from(text);
}

const rehearsal = await startRehearsal();
try {
  const path = join(rehearsal.folder, "shop.db");
  writeItems(path, 10);
  const { url } = await rehearsal.update("shop", path, "--inbox", "--refresh", "1");
  const { bucket } = await rehearsal.result("status", "shop");
  const store = new BucketStore(await rehearsal.clients.s3(), String(bucket));
  for (let round = 1; round <= TIMES; round++) {
    const body = csv(round);
    const began = performance.now();
    await store.put("inbox/big.csv", body, "text/csv");
    const sent = performance.now();
    const page = new URL("/big/big.json?_size=1&_shape=array", String(url));
    for (;;) {
      const answer = await fetch(page);
      if (answer.ok && (await answer.text()).includes(`order ${round}.1 `)) break;
      await sleep(20);
    }
    const seconds = (from: number) => ((performance.now() - from) / 1000).toFixed(2);
    console.log(
      `${(body.length / 1e6).toFixed(1)} MB: visible ${seconds(began)} s after it was dropped (sent in ${((sent - began) / 1000).toFixed(2)} s)${round === 1 ? ", with a cold start" : ""}`,
    );
  }
} finally {
  await rehearsal.end();
  rmSync(rehearsal.folder, { recursive: true, force: true });
}
