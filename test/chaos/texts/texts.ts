/**
 * Processes that are killed at any moment, and whose clocks jump, tell patients of their visits. Store, queue, chart,
 * Communication Services and Event Grid all fail at random. The run begins as a pilot and goes live. Meanwhile visits are
 * booked, moved and cancelled, and patients say STOP.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as passed } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { RequestHandler } from "express";
import { openSqliteQueue } from "../../../app/adapters/sqlite/queue.ts";
import { openSqliteStore } from "../../../app/adapters/sqlite/store.ts";
import { JOB_KINDS } from "../../../app/domain/job.ts";
import { CONSENT_WORDS_VERSION } from "../../../app/domain/textConsents.ts";
import type { FhirBaseUrl } from "../../../app/domain/fhirBaseUrl.ts";
import { eventRoutes } from "../../../app/flows/webhooks/routes.ts";
import { jsonLog } from "../../../app/log.ts";
import { openJobs, type Jobs } from "../../../app/records/jobs.ts";
import { TEXTING_ID } from "../../../app/records/portalTexting.ts";
import { bundled, startHerd, type Lives } from "../herd.ts";
import { CHAOS_PACE } from "../pace.ts";
import { troubledStore } from "../trouble.ts";
import { startOutside, WEBHOOK_TOKEN } from "./outside.ts";
import { textParts, webhookParts } from "./parts.ts";
import { appointmentOf, connectionOf, CONNECTIONS, phoneOf, REMINDS_MINUTES, whatIs } from "./visits.ts";
import { firstJobOf, wrongsOf, type Known, type TextWrongs } from "./wrongs.ts";

export interface TextChaosOptions extends Lives {
  readonly visits: number;
  /** The least number of kills; they go on until all patients are told. */
  readonly kills: number;
  /** The time over which visits are booked and reminders come due. */
  readonly overMs: number;
  /** The share of all calls that fail, from 0 to 1. */
  readonly trouble: number;
  readonly withinMs: number;
  readonly say?: (words: string) => void;
}

export interface TextChaosResult extends TextWrongs {
  readonly visits: number;
  readonly kills: number;
  readonly stops: number;
  readonly texts: number;
  readonly mails: number;
  /** How often a message was handed over again, after a kill or a lost answer. */
  readonly handedAgain: number;
  /** How often a process was killed while it did a job. */
  readonly losses: number;
  readonly seconds: number;
  /** Why the run ended before all patients were told or before there were enough kills. */
  readonly gaveUp?: string;
}

const SOURCE = fileURLToPath(new URL("process.ts", import.meta.url));
const ADMINISTRATOR = "7d0c5a1e-0000-4000-8000-00000000a0aa";
/** How long the pilot lasts, in which only listed staff are told. */
const PILOT_MS = 4_000;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const AT_ONCE = 50;
/** Few jobs at once: a process with a short life would finish none of many. */
const FEW_AT_ONCE = 4;
const FOUND_WITHIN_MS = 5_000;

export async function textChaos(options: TextChaosOptions): Promise<TextChaosResult> {
  const began = Date.now();
  const folder = await mkdtemp(join(tmpdir(), "chaos-texts-"));
  const file = join(folder, "connector.sqlite");
  const now = () => new Date();
  const store = openSqliteStore({ file, now });
  const queue = openSqliteQueue({ file, now });
  const log = jsonLog(() => undefined, now);
  const jobs = openJobs({ kinds: JOB_KINDS, store, queue, log });
  const troubled = troubledStore(store, { share: options.trouble, chance: Math.random });
  let webhook: RequestHandler = (_request, response) => void response.status(503).end();
  const outside = await startOutside(options.trouble, (app) =>
    app.use((...request) => void webhook(...request)),
  );
  const at = { queue, jobs, log, now, port: outside.port, vendor: outside.vendor };
  const { parts, textingSettings } = await textParts({ ...at, store });
  const ofWebhook = await textParts({ ...at, store: troubled });
  webhook = eventRoutes(webhookParts(ofWebhook.parts, { store: troubled, now, token: WEBHOOK_TOKEN }));
  const { foundVisits } = parts;
  const consent = { by: ADMINISTRATOR, at: now().toISOString(), words: CONSENT_WORDS_VERSION };
  const consents = { sendOnBehalf: consent, attendeesConsent: consent };
  const connections = Object.values(CONNECTIONS);
  const actor = { kind: "person", objectId: ADMINISTRATOR } as const;
  const agreed = await textingSettings.add({ actor, action: "texting.agreed" }, TEXTING_ID, {
    consents,
    connections,
  });
  let liveAt = Number.POSITIVE_INFINITY;
  const goLive = async () => {
    await passed(PILOT_MS);
    liveAt = Date.now();
    await textingSettings.replace({ actor, action: "texting.live" }, TEXTING_ID, agreed.revision, {
      ...agreed.value,
      live: true,
    });
  };
  const known: Known[] = [];
  const say = () => {
    const { texts, mails } = outside.counts();
    const told = `${String(texts)} texts and ${String(mails)} mails`;
    options.say?.(`${String(herd.kills())} kills, ${String(known.length)} visits booked, ${told}`);
  };
  const herd = startHerd(options, await bundled(SOURCE, folder), [
    file,
    String(outside.port),
    String(options.trouble),
    JSON.stringify(outside.vendor),
    String(options.livesCalls === undefined ? CHAOS_PACE.atOnce : FEW_AT_ONCE),
  ]);

  const book = async (number: number) => {
    const what = whatIs(number);
    const connectionId = connectionOf(number);
    const id = foundVisits.idOf(
      ("https://fhir.example/r4/" + connectionId) as FhirBaseUrl,
      appointmentOf(number),
    );
    const isNear = what === "near";
    const start = isNear
      ? new Date(Date.now() + REMINDS_MINUTES * 60_000 + 2_000 + Math.random() * options.overMs)
      : new Date(Date.now() + 3 * DAY_MS);
    const end = new Date(start.getTime() + HOUR_MS / 2);
    const visit = { start, end, status: "booked" as const };
    outside.booked.set(appointmentOf(number), { ...visit });
    const firstSeen = new Date(isNear ? Date.now() - DAY_MS : Date.now());
    const as = { id, connectionId, departmentId: connectionId + "-clinic", location: "loc-1", start, end };
    const more = { standing: "on" as const, seen: "seen", firstSeen, changes: 0, hasMeeting: true };
    await foundVisits.add({ ...as, ...more }, appointmentOf(number), isNear ? undefined : { change: "new" });
    const one: Known = { number, id, what, start };
    known.push(one);
    if (what === "booked" || what === "near" || what === "copy" || what === "mail") return;
    // This may happen at any moment, also while the patient is being told.
    await passed(Math.random() * 6_000);
    if (what === "stops") {
      outside.stop(phoneOf(number));
      return;
    }
    const moved = { start: new Date(start.getTime() + HOUR_MS), end: new Date(end.getTime() + HOUR_MS) };
    outside.booked.set(
      appointmentOf(number),
      what === "moved" ? { ...visit, ...moved } : { ...visit, status: "cancelled" },
    );
    // Now and then the chart is looked through for visits, as the connector does.
    await passed(Math.random() * FOUND_WITHIN_MS);
    if (what === "moved") one.movedAt = Date.now();
    await foundVisits.edit(id, (found) =>
      what === "moved"
        ? { found: { ...found, ...moved, seen: "moved" }, change: "moved" }
        : { found: { ...found, standing: "cancelled", seen: "cancelled" }, change: "cancelled" },
    );
  };

  try {
    const booking: Promise<void>[] = [goLive()];
    for (let at = 0; at < options.visits; at += AT_ONCE) {
      for (let number = at; number < Math.min(at + AT_ONCE, options.visits); number++)
        booking.push(book(number));
      say();
      await passed((options.overMs * AT_ONCE) / options.visits / 2);
    }
    await Promise.all(booking);
    const judge = () => wrongsOf(known, { outside, messages: parts.messages, jobs, liveAt });
    // Judging takes a while, so it waits until there were enough kills.
    const isOver = async () => herd.kills() >= options.kills && (await judge()).open === 0;
    while (Date.now() - began < options.withinMs && !(await isOver())) {
      say();
      await passed(1000);
    }
    await herd.stop();
    const at = await judge();
    const isWhole = at.open === 0 && herd.kills() >= options.kills;
    return {
      ...at,
      visits: known.length,
      kills: herd.kills(),
      stops: outside.stops.size,
      ...outside.counts(),
      losses: await lossesOf(known, jobs),
      seconds: Math.round((Date.now() - began) / 1000),
      ...(!isWhole && { gaveUp: unfinished(at.open, herd.kills(), options.kills) }),
    };
  } finally {
    await herd.stop();
    await outside.end();
    await Promise.all([store.close(), queue.close()]);
    await rm(folder, { recursive: true });
  }
}

async function lossesOf(known: readonly Known[], jobs: Pick<Jobs, "read">): Promise<number> {
  const all = await Promise.all(known.map((one) => jobs.read(firstJobOf(one))));
  return all.reduce((sum, one) => sum + (one?.job.losses ?? 0), 0);
}

const unfinished = (open: number, kills: number, wanted: number): string =>
  open > 0
    ? `It was not over yet with ${String(open)} visits.`
    : `All visits were over, and ${String(kills)} of ${String(wanted)} kills done, when the time was up.`;
