/**
 * `npm run jobs -- <list|replay|discard>`: shows and handles background work on this laptop. In Azure the store admits only
 * the connector; there, the portal's page does the same.
 */
import { statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openSqliteQueue } from "../app/adapters/sqlite/queue.ts";
import { openSqliteStore } from "../app/adapters/sqlite/store.ts";
import { JOB_KINDS, type Job } from "../app/domain/job.ts";
import { jsonLog } from "../app/log.ts";
import { discardJob, listJobs, replayJob } from "../app/records/jobUpkeep.ts";
import { StoreFault } from "../app/ports/store.ts";
import { UnreadableRecord } from "../app/records/record.ts";
import type { Listed } from "../app/records/jobRow.ts";
import { openJobs } from "../app/records/jobs.ts";

const USAGE = `npm run jobs -- list             what waits or is under way, what failed too often, what makes no sense any more
npm run jobs -- replay <id>      try one again, at once and with all patience; all: each that failed too often
npm run jobs -- discard <id>     never try it again; all: each that failed too often
npm run jobs -- <command> --file <path of a store>
`;
const LISTS: Readonly<Record<Listed, string>> = {
  open: "Waiting or under way",
  poisoned: "Failed too often: replay or discard each",
  lapsed: "Made no sense any more",
};
const MOST = 1_000;
const MOST_BURIED = 32;
const BURIED = "message:";

const args = process.argv.slice(2);
const named = args.indexOf("--file");
const file =
  named === -1
    ? join(fileURLToPath(new URL("../.data", import.meta.url)), "connector.sqlite")
    : (args.splice(named, 2)[1] ?? "");
const [command = "", which = ""] = args;
const isKnown =
  command === "list" ? args.length === 1 : ["replay", "discard"].includes(command) && args.length === 2;
const now = () => new Date();
const say = (words: string) => process.stdout.write(words + "\n");

// A reader that stops early, such as `head`, closes the pipe.
process.stdout.on("error", () => process.exit());
process.exitCode = isKnown && file !== "" ? await main().catch(refused) : usage();

/** Shows what went wrong in the error's own words, which say what to do. */
function refused(error: unknown): number {
  const fault = error instanceof Error && error.cause instanceof StoreFault ? error.cause : error;
  if (!(fault instanceof StoreFault || fault instanceof UnreadableRecord)) throw error;
  process.stderr.write(fault.message + "\n");
  return 1;
}

function usage(): number {
  process.stderr.write(USAGE);
  return 2;
}

async function main(): Promise<number> {
  // Opening a file that is missing or empty would make a store of it.
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile() || found.size === 0)
    throw new StoreFault(
      `There is no store at ${file}. Start the connector once (npm start), or name another file.`,
    );
  const store = openSqliteStore({ file, now });
  const queue = openSqliteQueue({ file, now });
  const jobs = openJobs({
    kinds: JOB_KINDS,
    store,
    queue,
    log: jsonLog((line) => process.stderr.write(line), now),
  });
  try {
    if (command === "list") {
      for (const listed of Object.keys(LISTS) as Listed[])
        tell(LISTS[listed], await listJobs(jobs, listed, MOST));
      const buried = await queue.buried(MOST_BURIED);
      say(`Messages that nobody could read: ${counted(buried, MOST_BURIED)}`);
      for (const { id, reason, deliveries } of buried)
        say(`  ${BURIED}${id}  ${reason}, came ${times(deliveries)}`);
      return 0;
    }
    const ids = which === "all" ? (await listJobs(jobs, "poisoned", MOST)).all.map(({ id }) => id) : [which];
    let refused = 0;
    for (const id of ids) {
      const words = await decide(id);
      if (words !== undefined) refused += 1;
      say(
        words ??
          `${id}: ${command === "replay" ? "will be tried again at once" : "will never be tried again"}`,
      );
    }
    if (ids.length === 0) say("None failed too often.");
    if (ids.length === MOST) say("There may be more: run this again.");
    return refused === 0 ? 0 : 1;
  } finally {
    await Promise.all([store.close(), queue.close()]);
  }

  async function decide(id: string): Promise<string | undefined> {
    if (!id.startsWith(BURIED)) return (command === "replay" ? replayJob : discardJob)(jobs, id, now());
    const buried = id.slice(BURIED.length);
    const found = await (command === "replay" ? queue.replay(buried) : queue.discard(buried));
    return found ? undefined : `There is no buried message ${buried}.`;
  }
}

function tell(title: string, { all, unreadable }: Awaited<ReturnType<typeof listJobs>>): void {
  say(`${title}: ${counted(all, MOST)}`);
  for (const job of all) say("  " + line(job));
  for (const id of unreadable) say(`  ${id}  its row cannot be read`);
}

function counted({ length }: readonly unknown[], most: number): string {
  return String(length) + (length === most ? " or more" : "");
}

function times(count: number): string {
  return count === 1 ? "once" : `${String(count)} times`;
}

function line({ id, state, due, tries, failures, lastFailure }: Job): string {
  const told = [
    id,
    state === "waiting" && due.getTime() > Date.now() ? "waits until " + due.toISOString() : state,
    `begun ${times(tries)}, failed ${times(failures)}`,
    lastFailure && `last ${lastFailure.how} (${lastFailure.reason}) at ${lastFailure.at.toISOString()}`,
  ];
  return told.filter((part) => part !== undefined).join("  ");
}
