import { expect, test } from "vitest";
import type { DatabaseChange } from "../../../runtime/publisher/publish/publish-action.ts";
import { confirmLosses, lossesOf } from "../../../src/deploy/confirm-losses.ts";
import type { DeployedState } from "../../../src/plan/inputs.ts";
import type { Plan, RecoveryAction } from "../../../src/plan/plan.ts";
import { plainDisplay } from "../../../src/terminal/plain.ts";
import type { Reporter } from "../../../src/terminal/reporter.ts";
import { terminalOn } from "../../../src/terminal/terminal.ts";
import { keepText } from "../terminal/text.ts";

const PUBLISHED = { published: {} } as DeployedState;
const NOTHING_PUBLISHED = { published: null } as DeployedState;

function plan(databases: DatabaseChange[], recovery: RecoveryAction[] = []): Plan {
  return { publish: { databases }, siteChanges: [], recovery, lostMessages: 0 } as unknown as Plan;
}

/** Answers every question with `answer` and keeps the questions. */
function answering(answer: boolean): { reporter: Reporter; questions: string[] } {
  const questions: string[] = [];
  const ask = async (question: string) => {
    questions.push(question);
    return answer;
  };
  const display = { ...plainDisplay(keepText(), keepText()), ask };
  return { reporter: terminalOn(display), questions };
}

test("a database that is no longer served is a loss; new and changed ones are not", () => {
  const changes: DatabaseChange[] = [
    { change: "new", name: "a", size: 1, blocks: 1 },
    { change: "changed", name: "b", size: 1, blocks: 1, changedBlocks: 1 },
    { change: "removed", name: "c", size: 1 },
  ];
  expect(lossesOf(plan(changes), PUBLISHED)).toEqual(["database c will be removed"]);
});

test("deleting a bucket stack is a loss only when something was published", () => {
  const recovery: RecoveryAction[] = [
    {
      action: "delete",
      identity: { site: "northwind", role: "bucket" },
      stackName: "northwind",
      status: "DELETE_FAILED",
    },
  ];
  expect(lossesOf(plan([], recovery), PUBLISHED)).toEqual([
    "all versions in the bucket will be deleted",
  ]);
  expect(lossesOf(plan([], recovery), NOTHING_PUBLISHED)).toEqual([]);
});

test("without a loss nobody is asked", async () => {
  const { reporter, questions } = answering(false);
  await confirmLosses([], reporter);
  expect(questions).toEqual([]);
});

test("the question names the losses, and no means that nothing happens", async () => {
  const { reporter, questions } = answering(false);
  const asking = confirmLosses(["database c will be removed"], reporter);
  await expect(asking).rejects.toMatchObject({ code: "declined", exitCode: 1 });
  expect(questions).toEqual(["With this, database c will be removed. Go on?"]);
});

test("yes goes on", async () => {
  await confirmLosses(["database c will be removed"], answering(true).reporter);
});
