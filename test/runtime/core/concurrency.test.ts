import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { eachConcurrently } from "../../../runtime/core/concurrency.ts";

test("every item is done, never more than the limit at a time", async () => {
  const done: number[] = [];
  let running = 0;
  let most = 0;
  await eachConcurrently(Array(50).keys(), 4, async (item) => {
    most = Math.max(most, ++running);
    await sleep(Math.random() * 3);
    running--;
    done.push(item);
  });
  expect(done.sort((a, b) => a - b)).toEqual([...Array(50).keys()]);
  expect(most).toBe(4);
});

test("after a failure nothing is started, and what runs is waited for", async () => {
  const started: number[] = [];
  let running = 0;
  const work = eachConcurrently(Array(50).keys(), 4, async (item) => {
    started.push(item);
    running++;
    await sleep(5);
    running--;
    if (item === 2) throw new Error("item 2 failed");
  });
  await expect(work).rejects.toThrow("item 2 failed");
  expect(running).toBe(0);
  expect(started.length).toBeLessThan(10);
});

test("no items are done at once", async () => {
  await expect(eachConcurrently([], 4, () => Promise.reject(new Error()))).resolves.toBeUndefined();
});
