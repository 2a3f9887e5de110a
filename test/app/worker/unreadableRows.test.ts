/**
 * No kind of job is given up, or counts as done, because of a row that cannot be read: each row and list that a job's handler
 * asks for is damaged, or another release's, one kind at a time. The rows are what the handler was seen to ask for.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { JOB_KINDS, type Handler, type JobKind, type Outcome } from "../../../app/domain/job.ts";
import type { VisitId } from "../../../app/domain/linkToken.ts";
import { unreadableIn } from "../../../app/records/record.ts";
import { kindOfAsked, watchStore, type Asked } from "../../harness/askedRows.ts";
import { launchScenario } from "../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../harness/deployment.ts";
import { Person } from "../../harness/person.ts";

let deployment: Deployment;
let watched: ReturnType<typeof watchStore>;
let visit: string;
let start: string;
let notification: string;
beforeAll(async () => {
  deployment = await startDeployment();
  watched = watchStore(deployment.parts.store, deployment.clock.now);
  const person = new Person();
  const page = await launchScenario(deployment, person, "startsSoon");
  [, visit = ""] = /name="visit" value="([^"]+)"/.exec(page.html) ?? [];
  const { foundVisits, notifications, visits } = deployment.parts;
  const kept = await visits.byId(visit as VisitId);
  if (kept === undefined) throw new Error("no visit");
  start = kept.start.toISOString();
  const { id, connectionId, departmentId } = kept;
  const about = { id, connectionId, departmentId, location: "loc", start: kept.start, end: kept.end };
  const seen = { standing: "on", seen: "seen", firstSeen: deployment.clock.now(), changes: 1 } as const;
  const found = { ...about, ...seen, hasMeeting: true };
  await foundVisits.add(found, (await visits.appointmentId(id)) ?? "", { change: "new" });
  const item = { data: "d", dataKey: "k", dataSignature: "s", certificateId: "c" };
  await notifications.keep(id, "a subscription", item);
  const [{ job } = { job: undefined }] = (
    await deployment.parts.jobs.readSlice("open", { limit: 100 })
  ).jobs.filter((one) => one.job.kind === "notification");
  notification = job?.of["notification"] ?? "";
});
afterAll(() => deployment.stop());

/** What a job of each kind is about; a kind without a line does not compile. */
const OF: { readonly [K in JobKind]: () => Readonly<Record<(typeof JOB_KINDS)[K]["ids"][number], string>> } =
  {
    canary: () => ({ slot: "now" }),
    meeting: () => ({ visit }),
    prepare: () => ({ visit }),
    arrive: () => ({ visit, status: "arrived", start }),
    fulfil: () => ({ visit }),
    message: () => ({ visit, what: "change-1", by: "any", as: "live" }),
    room: () => ({ visit }),
    watch: () => ({ visit }),
    notification: () => ({ visit, notification }),
    usage: () => ({ visit }),
    calls: () => ({ hour: "2027-01-04T08:00:00.000Z", look: "first" }),
    forget: () => ({ revision: "1" }),
    number: () => ({ purchase: "1" }),
    "opt-out": () => ({ optOut: "optout-1", said: "stopped", at: start }),
  };

/**
 * The rows that keep no job waiting, and why: a job of its own is asked for in another way, or what is there is made anew.
 */
const NEXT = { jobs: "the job that is asked for is made anew, or is the other release's" };
const COUNTED = { usage: "the row is written anew, or is left to the release that wrote it" };
const GOES_ON: Readonly<Partial<Record<JobKind, Readonly<Record<string, string>>>>> = {
  forget: { usage: "the appointment's id goes from a row of whatever form" },
  room: NEXT,
  usage: { ...NEXT, ...COUNTED, "ticks department-": "a day counts as one without visits" },
  watch: NEXT,
};

const { signal } = new AbortController();
const done = async (kind: JobKind): Promise<Outcome | "waits"> => {
  const handler: Handler = deployment.handlers[kind];
  try {
    return await handler({ id: kind + ":a", of: OF[kind](), due: new Date(), tries: 1, signal });
  } catch (error) {
    if (unreadableIn(error) !== undefined) return "waits";
    throw error;
  }
};

test("what is lost with a job that is given up is told by messages and notifications", () => {
  expect(Object.keys(deployment.undone).toSorted()).toEqual(["message", "notification"]);
});

describe.each(Object.keys(JOB_KINDS) as JobKind[])("a job of the kind %s", (kind) => {
  let asked: ReadonlyMap<string, readonly Asked[]>;
  beforeAll(async () => {
    // A visit is counted after its end.
    if (kind === "usage") deployment.clock.forward(6 * 3_600_000);
    asked = Map.groupBy(await watched.askedBy(() => done(kind)), kindOfAsked);
  });

  test.each(["is damaged", "is of a later release"] as const)(
    "waits while each kind of row %s",
    async (way) => {
      const goesOn: Record<string, unknown> = {};
      for (const [row, rows] of asked)
        await watched.ways[way](rows, async () => {
          const outcome = await done(kind);
          const waits = outcome === "waits" || outcome.kind === "not-now";
          if (!waits && GOES_ON[kind]?.[row] === undefined) goesOn[row] = outcome;
        });
      expect(goesOn).toEqual({});
    },
  );
});
