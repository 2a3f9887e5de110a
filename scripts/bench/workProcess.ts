/**
 * Does background work for some seconds on a file's store and queue, and prints how much it did and the process's peak
 * memory: `node workProcess.ts <file> <seconds> <queue|jobs>`. `queue` only takes and removes messages, `jobs` does whole
 * jobs.
 */
import { randomUUID } from "node:crypto";
import { openSqliteQueue } from "../../app/adapters/sqlite/queue.ts";
import { openSqliteStore } from "../../app/adapters/sqlite/store.ts";
import { JOB_KINDS } from "../../app/domain/job.ts";
import { jsonLog } from "../../app/log.ts";
import { openJobs } from "../../app/records/jobs.ts";
import { openTicks } from "../../app/records/ticks.ts";
import { beginWork } from "../../app/worker.ts";
import { PACE } from "../../app/worker/pace.ts";

const [file = "", seconds = "5", what = "jobs"] = process.argv.slice(2);
const now = () => new Date();
const queue = openSqliteQueue({ file, now });
const store = openSqliteStore({ file, now });
let count = 0;
const began = performance.now();
const isOver = () => performance.now() - began >= Number(seconds) * 1000;
if (what === "queue")
  while (!isOver()) {
    const messages = await queue.receive(32, 60);
    await Promise.all(messages.map((message) => queue.remove(message)));
    count += messages.length;
  }
else {
  const log = jsonLog((line) => process.stderr.write(line), now);
  const over = Promise.withResolvers<undefined>();
  const end = beginWork({
    jobs: openJobs({ kinds: JOB_KINDS, store, queue, log }),
    queue,
    ticks: openTicks({ store, log, now }),
    handlers: {
      canary() {
        count += 1;
        if (isOver()) over.resolve(undefined);
        return Promise.resolve({ kind: "done" });
      },
      meeting: () => Promise.resolve({ kind: "done" }),
      prepare: () => Promise.resolve({ kind: "done" }),
      arrive: () => Promise.resolve({ kind: "done" }),
      room: () => Promise.resolve({ kind: "done" }),
      fulfil: () => Promise.resolve({ kind: "done" }),
      message: () => Promise.resolve({ kind: "done" }),
      watch: () => Promise.resolve({ kind: "done" }),
      notification: () => Promise.resolve({ kind: "done" }),
      usage: () => Promise.resolve({ kind: "done" }),
      calls: () => Promise.resolve({ kind: "done" }),
      forget: () => Promise.resolve({ kind: "done" }),
      number: () => Promise.resolve({ kind: "done" }),
      "opt-out": () => Promise.resolve({ kind: "done" }),
    },
    undone: {},
    rounds: [],
    takesWork: true,
    standing: { worker: () => undefined },
    log,
    chance: Math.random,
    holder: randomUUID,
    pace: PACE,
  });
  await over.promise;
  await end();
}
const perSecond = (count / (performance.now() - began)) * 1000;
const resident = process.resourceUsage().maxRSS * 1024;
process.stdout.write(JSON.stringify({ perSecond, resident }) + "\n");
process.exit(0);
