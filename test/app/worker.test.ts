import { Router } from "express";
import { expect, test } from "vitest";
import { jsonLog } from "../../app/log.ts";
import type { Flow, Job } from "../../app/web/flow.ts";
import { beginWork } from "../../app/worker.ts";

function flowWith(...jobs: readonly Job[]): Flow {
  return { routes: Router(), jobs, checks: () => Promise.resolve([]) };
}

/** What was done by the time that a process which takes work, or takes none, has begun. */
async function doneBy(takesWork: boolean) {
  const done: string[] = [];
  const logged: string[] = [];
  const log = jsonLog(
    (line) => void logged.push(line),
    () => new Date(0),
  );
  const job = (name: string, concerns: Job["concerns"], run?: () => Promise<void>): Job => ({
    name,
    concerns,
    everySeconds: 3600,
    run: run ?? (() => Promise.resolve(void done.push(name))),
  });
  const broken = job("broken", "this-process", () => Promise.reject(new Error("no disk")));
  const end = beginWork(
    [flowWith(broken, job("probe", "this-process")), flowWith(job("texts", "everybody"))],
    { takesWork, log },
  );
  await new Promise((resolve) => setImmediate(resolve));
  end();
  return { done, logged };
}

test("each job is done at the start; one that fails is logged by its name and stops no other", async () => {
  const { done, logged } = await doneBy(true);
  expect(done).toEqual(["probe", "texts"]);
  expect(logged).toHaveLength(1);
  expect(logged[0]).toMatch(/"event":"job.failed","names":\["broken"\],"cause":\["Error: no disk"/);
});

test("a process that takes no work, as in the staging slot, does what concerns itself alone", async () => {
  expect((await doneBy(false)).done).toEqual(["probe"]);
});
