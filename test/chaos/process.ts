/** One process of several that work on one file until it is killed: `node process.ts <file> <port of the outside> <share of failing calls>`. */
import { randomUUID } from "node:crypto";
import { openSqliteQueue } from "../../app/adapters/sqlite/queue.ts";
import { openSqliteStore } from "../../app/adapters/sqlite/store.ts";
import { jsonLog } from "../../app/log.ts";
import { jobSweep } from "../../app/records/jobUpkeep.ts";
import { openJobs } from "../../app/records/jobs.ts";
import { openTicks } from "../../app/records/ticks.ts";
import { beginWork } from "../../app/worker.ts";
import { CHAOS_KINDS, chaosHandlers } from "./kinds.ts";
import { outsideAt } from "./outside.ts";
import { CHAOS_PACE, LOST_AFTER_MS, ROUND_SECONDS } from "./pace.ts";
import { called, tellsCall, works } from "./spare.ts";
import { troubledQueue, troubledStore } from "./trouble.ts";

const [file = "", port = "", share = "0"] = process.argv.slice(2);
await called();
const now = () => new Date();
const trouble = { share: Number(share), chance: Math.random, onCall: tellsCall };
const store = troubledStore(openSqliteStore({ file, now }), trouble);
const queue = troubledQueue(openSqliteQueue({ file, now }), trouble);
const outside = outsideAt(Number(port));
const log = jsonLog((line) => {
  const { event } = JSON.parse(line) as { event: string };
  if (["job.poisoned", "job.lapsed", "tick.clock_was_wrong"].includes(event)) process.stderr.write(line);
}, now);
const jobs = openJobs({ kinds: CHAOS_KINDS, store, queue, log });
const ticks = openTicks({ store, log, now });
const sweep = jobSweep(jobs, { log, now }, LOST_AFTER_MS);

beginWork({
  jobs,
  queue,
  ticks,
  handlers: chaosHandlers(outside, Math.random),
  undone: {},
  rounds: [
    {
      name: "sweep",
      concerns: "everybody",
      everySeconds: 2,
      async run({ signal }) {
        await sweep.run(signal);
      },
    },
    { name: "round", concerns: "everybody", everySeconds: ROUND_SECONDS, run: (turn) => outside.round(turn) },
  ],
  takesWork: true,
  standing: { worker: () => undefined },
  log,
  chance: Math.random,
  holder: randomUUID,
  pace: CHAOS_PACE,
});
works();
