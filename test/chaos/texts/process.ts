/**
 * One process of several that tell patients of their visits until it is killed:
 * `node process.ts <file> <port of the outside> <share of failing calls>`. Its clock is not the others'.
 */
import { randomUUID } from "node:crypto";
import { openSqliteQueue } from "../../../app/adapters/sqlite/queue.ts";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import { JOB_KINDS, type Handler } from "../../../app/domain/job.ts";
import { messagesFlow } from "../../../app/flows/messages/messages.ts";
import { jsonLog } from "../../../app/log.ts";
import { jobSweep } from "../../../app/records/jobUpkeep.ts";
import { openJobs } from "../../../app/records/jobs.ts";
import { openTicks } from "../../../app/records/ticks.ts";
import { beginWork } from "../../../app/worker.ts";
import { CHAOS_PACE, LOST_AFTER_MS } from "../pace.ts";
import { troubledQueue, troubledStore } from "../trouble.ts";
import { textParts } from "./parts.ts";

const [file = "", port = "", share = "0"] = process.argv.slice(2);
const CLOCKS_DIFFER_MS = 5_000;
const ahead = (Math.random() - 0.5) * CLOCKS_DIFFER_MS;
const real = () => new Date();
const now = () => new Date(Date.now() + ahead);
const trouble = { share: Number(share), chance: Math.random };
const store = troubledStore(openSqliteStore({ file, now }), trouble);
// Its clock is one for all, as a service's is.
const queue = troubledQueue(openSqliteQueue({ file, now: real }), trouble);
const log = jsonLog((line) => {
  const { event } = JSON.parse(line) as { event: string };
  if (["job.poisoned", "job.lapsed"].includes(event)) process.stderr.write(line);
}, now);
const jobs = openJobs({ kinds: JOB_KINDS, store, queue, log });
const ticks = openTicks({ store, now });
const flow = messagesFlow(textParts({ store, queue, jobs, log, now, port: Number(port) }));
const sweep = jobSweep(jobs, { log, now }, LOST_AFTER_MS);
const nobodys: Handler = () => Promise.resolve({ kind: "done" });

beginWork({
  jobs,
  queue,
  ticks,
  handlers: {
    ...flow.jobs,
    ...{ canary: nobodys, meeting: nobodys, prepare: nobodys, fulfil: nobodys, watch: nobodys },
    ...{ notification: nobodys, usage: nobodys },
  },
  rounds: [
    {
      name: "sweep",
      concerns: "everybody",
      everySeconds: 2,
      async run({ signal }) {
        await sweep.run(signal);
      },
    },
    ...flow.ticks.map((tick) => ({ ...tick, everySeconds: 2 })),
  ],
  takesWork: true,
  standing: { worker: () => undefined },
  log,
  chance: Math.random,
  holder: randomUUID,
  pace: CHAOS_PACE,
});
process.stdout.write("works\n");
