/** The parts by which patients are told of visits, on the test's store and queue, with the outside instead of vendors. */
import { randomUUID } from "node:crypto";
import { setTimeout as passed } from "node:timers/promises";
import { openMail } from "../../../app/adapters/acs/mail.ts";
import { openTexts } from "../../../app/adapters/acs/texts.ts";
import { mailSenderOf } from "../../../app/domain/mailing.ts";
import { messageRulesOf } from "../../../app/domain/defaults.ts";
import type { AppointmentStatus } from "../../../app/domain/appointmentStatus.ts";
import type { MessagePicks } from "../../../app/flows/messages/parts.ts";
import type { WebhookPicks } from "../../../app/flows/webhooks/routes.ts";
import type { SystemChart, Trouble } from "../../../app/ports/systemEhr.ts";
import type { Store } from "../../../app/ports/store.ts";
import { openAnswers } from "../../../app/records/answers.ts";
import { openAudit } from "../../../app/records/audit.ts";
import { openFoundVisits } from "../../../app/records/foundVisits.ts";
import { openHeard } from "../../../app/records/heard.ts";
import { openHospital } from "../../../app/records/hospital.ts";
import { openMessages } from "../../../app/records/messages.ts";
import { openOptOuts } from "../../../app/records/optOuts.ts";
import { openTextingNow, portalTexting } from "../../../app/records/portalTexting.ts";
import { withReach } from "../../../app/records/reach.ts";
import { openSendingRate, type SendingRate } from "../../../app/records/sendingRate.ts";
import { openSettings } from "../../../app/records/settings.ts";
import { openVisitChanges } from "../../../app/records/visitChanges.ts";
import { openVisits } from "../../../app/records/visits.ts";
import { connectionOf, departmentOf, keyring, OURS, scriptedTeams } from "../../harness/findingDeployment.ts";
import type { Handed } from "./outside.ts";
import { MAIL_SENDER, NUMBER, type AtVendor } from "./atVendor.ts";
import {
  appointmentOf,
  CONNECTIONS,
  LISTED,
  mailOf,
  numberOf,
  phoneOf,
  REMINDS_MINUTES,
  whatIs,
} from "./visits.ts";

interface Wiring extends Pick<MessagePicks, "jobs" | "log" | "queue"> {
  readonly store: Store;
  /** The clock of this process, which differs from the queue's. */
  readonly now: () => Date;
  /** The port at which the chart answers. */
  readonly port: number;
  readonly vendor: AtVendor;
}

/** The vendor's limit of 200 a minute is multiplied, because thousands are sent here; the bench holds the real limit. */
const TIMES_AS_MANY = 1000;
const faster = (rate: SendingRate): SendingRate => ({
  ...rate,
  take: (from, amount, limits, rank) =>
    rate.take(
      from,
      amount,
      limits.map(({ seconds, most }) => ({ seconds, most: most * TIMES_AS_MANY })),
      rank,
    ),
});
const PLENTY = { perMinute: 1_000_000, perHour: 1_000_000 };
const DAY_MS = 86_400_000;

/** Starts again and again until it succeeds, because the store fails at random. */
async function started<T>(start: () => Promise<T>): Promise<T> {
  for (;;)
    try {
      return await start();
    } catch {
      await passed(50);
    }
}

export async function textParts({ store, queue, jobs, log, now, port, vendor }: Wiring) {
  const by = randomUUID();
  const looked = new Map<string, number>();
  // As in the connector, what is kept of patients' messages goes by the queue's clock.
  const byQueue = { store, keyring, now: queue.now };
  const foundVisits = openFoundVisits(byQueue);
  const optOuts = openOptOuts({ store, keyring, log });
  const messages = { kinds: ["confirmation", "update", "cancellation", "reminder"] as const };
  const hospital = openHospital({
    organization: { name: "Lamna Healthcare", phone: "(202) 555-0100" },
    visits: { opensMinutesBefore: 30, closesMinutesAfter: 240 },
    connections: [
      connectionOf(CONNECTIONS.live, {
        messages: { kinds: [...messages.kinds], remindMinutesBefore: [REMINDS_MINUTES] },
      }),
      connectionOf(CONNECTIONS.staffOnly, { environment: "test" }),
    ],
    departments: Object.values(CONNECTIONS).map((id) => departmentOf(id)),
  });
  const ask = (path: string, handed?: Handed) =>
    fetch(`http://127.0.0.1:${String(port)}${path}`, {
      ...(handed && {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(handed),
      }),
    });
  /** Tells the outside what is known before the message is sent: a process that is killed in between has sent nothing. */
  async function handing(id: string, to: string): Promise<void> {
    const visit = appointmentOf(numberOf(to));
    const when = looked.get(to);
    const answer = await ask("/handed", { id, visit, by, ...(when !== undefined && { looked: when }) });
    if (!answer.ok) throw new Error("by chance");
  }
  const credential = {
    getToken: () => Promise.resolve({ token: vendor.token, expiresOnTimestamp: Date.now() + DAY_MS }),
  };
  const at = { endpoint: vendor.endpoint, credential, now };
  const texts = openTexts(at);
  const mail = openMail(at);
  const audit = openAudit({ store, log, now });
  const textingSettings = openSettings(portalTexting, { store, audit, log, now });
  const textingNow = await started(() =>
    openTextingNow({
      settings: textingSettings,
      log,
      environment: "production",
      said: undefined,
      listed: LISTED,
      seed: "approved",
    }),
  );
  const ways = {
    mailSender: mailSenderOf(MAIL_SENDER, { domain: "mail.lamna.example", limits: PLENTY }),
    texts: {
      send: async (...[text, signal]: Parameters<typeof texts.send>) => {
        await handing(text.id, text.to);
        return texts.send(text, signal);
      },
    },
    mail: {
      ...mail,
      send: async (...[letter, signal]: Parameters<typeof mail.send>) => {
        await handing(letter.id, letter.to);
        return mail.send(letter, signal);
      },
    },
  };
  const DOWN: Trouble = { kind: "down", reason: "by chance" };
  const chart: Pick<SystemChart, "appointment" | "recipient" | "patientIds"> = {
    async appointment(id) {
      const answer = await ask(`/appointment?by=${by}&id=${id}`).catch(() => undefined);
      if (answer?.ok !== true) return DOWN;
      const booked = (await answer.json()) as { start: string; end: string; status: AppointmentStatus };
      const { status } = booked;
      const times = { start: new Date(booked.start), end: new Date(booked.end), clock: "instant" as const };
      const patients = ["p-" + String(numberOf(id))];
      const appointment = { id, version: "1", status, times, patients, locations: ["loc-1"], isVideo: true };
      return { kind: "read", appointment: { ...appointment, rooms: { order: "absent" }, hints: [] } };
    },
    recipient(patient) {
      const number = numberOf(patient);
      const recipient =
        whatIs(number) === "mail"
          ? { mail: mailOf(number), prefers: "mail" as const }
          : { textNumber: phoneOf(number) };
      return Promise.resolve({ kind: "read", recipient });
    },
    patientIds: (id) => Promise.resolve({ kind: "ids", ids: [id] }),
  };
  const endpoints = { authorizationEndpoint: "https://a.example", tokenEndpoint: "https://t.example" };
  const parts: MessagePicks = {
    environment: "production",
    foundVisits,
    heard: openHeard({ store, log, now }),
    hospital,
    jobs,
    log,
    messageRules: messageRulesOf("production", { hours: "always" }),
    messages: openMessages(byQueue),
    messaging: withReach(ways, textingNow, {
      said: NUMBER,
      bought: { current: () => ({ number: undefined, isUnknown: false }) },
    }),
    optOuts: {
      ...optOuts,
      isStopped(number) {
        looked.set(number, Date.now());
        return optOuts.isStopped(number);
      },
    },
    publicUrl: OURS,
    queue,
    sendingRate: faster(openSendingRate({ store, now: queue.now })),
    standings: {
      of: () => Promise.resolve({ ok: true, warnings: [], endpoints }),
    } as Pick<MessagePicks["standings"], "of"> as MessagePicks["standings"],
    // Telling patients asks the chart for nothing else.
    systemEhr: { chart: () => chart as SystemChart },
    visitChanges: openVisitChanges({ store }),
    visits: openVisits({ store, meetings: scriptedTeams(), keyring, hospital, log, now, newEpoch: () => 1 }),
  };
  return { parts, textingNow, textingSettings };
}

/** The parts of the webhook that takes what Event Grid delivers. */
export const webhookParts = (
  parts: MessagePicks,
  { store, now, token }: Pick<Wiring, "store" | "now"> & { readonly token: string },
): WebhookPicks => ({
  ...parts,
  answers: openAnswers({ store, keyring, now }),
  now,
  eventGrid: { recognize: (shown) => Promise.resolve(shown === token ? "event-grid" : "signature") },
});
