/** Checks whether Teams tells who waits, by what Graph answered about the visits that are watched now. */
import type { Job } from "../../domain/job.ts";
import type { Check } from "../../web/flow.ts";
import { shared } from "../../web/shared.ts";
import type { PresencePicks } from "./parts.ts";
import { reasonOf } from "./watch.ts";

/** How far ahead jobs are looked through: longer than a refused job waits until Graph is asked again. */
const WITHIN_MS = 20 * 60_000;
const JOBS_AT_ONCE = 200;
/** Only the jobs that are due first are looked through: what is refused for one visit is refused for others, too. */
const MOST_SLICES = 5;
/** The result is shared for a minute by everybody who asks. */
const GOOD_FOR_MS = 60_000;

type Picks = Pick<PresencePicks, "callEvents" | "jobs">;

export function presenceChecks(parts: Picks): () => Promise<readonly Check[]> {
  const reasons = shared(GOOD_FOR_MS, parts.jobs.now, () => reasonsIn(parts));
  return async () => {
    if (parts.callEvents === undefined)
      return [
        {
          name: "presence",
          isWarning: true,
          fault:
            "Live presence is off in this deployment, by features.presence of the stack file, or because it has no edge: Microsoft Graph calls from many addresses, which only an edge lets in.",
        },
      ];
    const found = await reasons();
    const fault = FAULTS.find(([reason]) => found.has(reason))?.[1];
    return [{ name: "presence", ...(fault !== undefined && { fault }) }];
  };
}

/** The reasons why Graph could not be asked about visits when it was last tried. */
async function reasonsIn({ jobs }: Picks): Promise<ReadonlySet<string>> {
  const before = new Date(jobs.now().getTime() + WITHIN_MS);
  const found = new Set<string>();
  let continuation: string | undefined;
  for (let slice = 0; slice < MOST_SLICES; slice++) {
    const from = continuation === undefined ? {} : { continuation };
    const { jobs: open, next } = await jobs.readSlice("open", { before, limit: JOBS_AT_ONCE, ...from });
    for (const { job } of open) if (isWatch(job)) found.add(job.lastFailure?.reason ?? "");
    if (next === undefined) break;
    continuation = next;
  }
  return found;
}

const isWatch = ({ kind }: Job) => kind === "watch";

const LIMIT = (whose: string) =>
  `Microsoft Graph does not tell who is waiting in some visits: it has as many subscriptions as it gives ${whose}. End those that nothing uses any more, or ask Microsoft for more.`;

/** What is told for each reason. Of several reasons, the first in this list is told. */
const FAULTS: readonly (readonly [reason: string, fault: string])[] = [
  [
    reasonOf({ reason: "refused", limit: undefined }),
    "Microsoft Graph refuses to tell who is waiting. The log’s event presence.not_watched says what it answered: look whether its permissions are consented to.",
  ],
  [
    reasonOf({ reason: "not-reached", limit: undefined }),
    "Microsoft Graph does not reach the connector at its public address, so it does not tell who is waiting: it calls from many addresses, which the edge must let in.",
  ],
  [
    reasonOf({ reason: "limit", limit: "limit-of-app-in-tenant" }),
    LIMIT("this application in this organization"),
  ],
  [reasonOf({ reason: "limit", limit: "limit-of-tenant" }), LIMIT("this organization")],
  [reasonOf({ reason: "limit", limit: "limit-of-app" }), LIMIT("this application")],
  [reasonOf({ reason: "limit", limit: "limit" }), LIMIT("here")],
];
