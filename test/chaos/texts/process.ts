/**
 * One process of several that tell patients of their visits until it is killed:
 * `node process.ts <file> <port of the chart> <share of failing calls> <where the vendor is, as JSON> <jobs at once>`. Its
 * clock differs from the others' and jumps.
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
import { called, tellsCall, works } from "../spare.ts";
import { troubledQueue, troubledStore } from "../trouble.ts";
import { textParts } from "./parts.ts";
import { trust, type AtVendor } from "./atVendor.ts";

const [file = "", port = "", share = "0", at = "", atOnce = ""] = process.argv.slice(2);
const vendor = JSON.parse(at) as AtVendor;
trust(vendor.authority);
await called();

const CLOCKS_DIFFER_MS = 5_000;
const JUMPS_EACH_MS = 500;
/** The clock jumps now and then, by up to an hour, forward or back. */
const FAR_MS = 2 * 3_600_000;
const jumped = () => (Math.random() - 0.5) * (Math.random() < 0.1 ? FAR_MS : CLOCKS_DIFFER_MS);
let ahead = jumped();
setInterval(() => (ahead = jumped()), JUMPS_EACH_MS);
const real = () => new Date();
const now = () => new Date(Date.now() + ahead);
const trouble = { share: Number(share), chance: Math.random, onCall: tellsCall };
// Store and queue have one clock for all processes, as a service has.
const store = troubledStore(openSqliteStore({ file, now: real }), trouble);
const queue = troubledQueue(openSqliteQueue({ file, now: real }), trouble);
const log = jsonLog((line) => {
  const { event } = JSON.parse(line) as { event: string };
  if (["job.poisoned", "job.lapsed"].includes(event)) process.stderr.write(line);
}, now);
const jobs = openJobs({ kinds: JOB_KINDS, store, queue, log });
const ticks = openTicks({ store, log, now: queue.now });
const { parts, textingNow } = await textParts({ store, queue, jobs, log, now, port: Number(port), vendor });
const flow = messagesFlow({ ...parts, textingNow });
const sweep = jobSweep(jobs, { log, now }, LOST_AFTER_MS);
const nobodys: Handler = () => Promise.resolve({ kind: "done" });

beginWork({
  jobs,
  queue,
  ticks,
  handlers: {
    ...flow.jobs,
    ...{
      canary: nobodys,
      meeting: nobodys,
      prepare: nobodys,
      arrive: nobodys,
      fulfil: nobodys,
      calls: nobodys,
      forget: nobodys,
      watch: nobodys,
    },
    ...{ notification: nobodys, room: nobodys, usage: nobodys, number: nobodys, "opt-out": nobodys },
  },
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
    { name: "settings", concerns: "this-process", everySeconds: 1, run: () => textingNow.refresh() },
    ...flow.ticks.map((tick) => ({ ...tick, everySeconds: 2 })),
  ],
  takesWork: true,
  standing: { worker: () => undefined },
  log,
  chance: Math.random,
  holder: randomUUID,
  pace: { ...CHAOS_PACE, atOnce: Number(atOnce) },
});
works();
