import fc from "fast-check";
import { expect, test } from "vitest";
import { runInOrder } from "../../../../src/local-aws/cloudformation/engine/in-order.ts";

/** Items `0`, `1`, …, each with the earlier ones it waits for. */
const graphs = fc
  .array(fc.array(fc.nat(), { maxLength: 4 }), { maxLength: 12 })
  .map((links) =>
    links.map((targets, at) => (at === 0 ? [] : targets.map((to) => String(to % at)))),
  );

test("starts nothing before what it waits for is done, and leaves nothing out", async () => {
  await fc.assert(
    fc.asyncProperty(graphs, fc.scheduler(), async (graph, scheduler) => {
      const done = new Set<string>();
      const failed = await scheduler.waitFor(
        runInOrder(
          graph.map((_, at) => String(at)),
          (item) => graph[Number(item)] ?? [],
          async (item) => {
            for (const other of graph[Number(item)] ?? []) expect(done).toContain(other);
            await scheduler.schedule(Promise.resolve());
            done.add(item);
            return true;
          },
        ),
      );
      expect(failed).toEqual([]);
      expect(done.size).toBe(graph.length);
    }),
  );
});

test("waits for what runs when something fails, and starts nothing more", async () => {
  const log: string[] = [];
  const failed = await runInOrder(
    ["fails", "runs", "waits"],
    (item) => (item === "waits" ? ["runs"] : []),
    async (item, failing) => {
      await new Promise((resolve) => setTimeout(resolve, item === "fails" ? 0 : 20));
      log.push(`${item} ${failing.aborted}`);
      return item !== "fails";
    },
  );
  expect(failed).toEqual(["fails"]);
  expect(log).toEqual(["fails false", "runs true"]);
});

test("throws what a task throws, when nothing runs any more", async () => {
  let finished = false;
  const run = runInOrder(
    ["throws", "runs"],
    () => [],
    async (item) => {
      if (item === "throws") throw new RangeError("thrown");
      await new Promise((resolve) => setTimeout(resolve, 20));
      finished = true;
      return true;
    },
  );
  await expect(run).rejects.toThrow("thrown");
  expect(finished).toBe(true);
});
