/** What telling patients needs, on a store and a queue of the test's, with the outside in the place of vendors. */
import { randomUUID } from "node:crypto";
import { mailSenderOf } from "../../../app/domain/mailing.ts";
import { messageRulesOf } from "../../../app/domain/defaults.ts";
import type { AppointmentStatus } from "../../../app/domain/appointmentStatus.ts";
import type { MessagePicks } from "../../../app/flows/messages/parts.ts";
import type { Fate } from "../../../app/ports/mail.ts";
import type { Handover } from "../../../app/ports/texts.ts";
import type { SystemChart, Trouble } from "../../../app/ports/systemEhr.ts";
import { openFoundVisits } from "../../../app/records/foundVisits.ts";
import { openHeard } from "../../../app/records/heard.ts";
import { openHospital } from "../../../app/records/hospital.ts";
import { openMessages } from "../../../app/records/messages.ts";
import { openOptOuts } from "../../../app/records/optOuts.ts";
import { openSendingRate, type SendingRate } from "../../../app/records/sendingRate.ts";
import { openVisitChanges } from "../../../app/records/visitChanges.ts";
import { openVisits } from "../../../app/records/visits.ts";
import { connectionOf, departmentOf, keyring, OURS, scriptedTeams } from "../../harness/findingPlace.ts";
import type { Handed } from "./outside.ts";
import { CONNECTIONS, isStaffs, mailOf, numberOf, phoneOf, REMINDS_MINUTES, whatIs } from "./visits.ts";

interface Place extends Pick<MessagePicks, "jobs" | "log" | "queue"> {
  readonly store: Parameters<typeof openMessages>[0]["store"];
  readonly now: () => Date;
  /** Of the outside. */
  readonly port: number;
}

/** The vendor's 200 a minute are the bench's to hold; here thousands are to be sent. */
const TIMES_AS_MANY = 1000;
const faster = (rate: SendingRate): SendingRate => ({
  take: (from, amount, limits) =>
    rate.take(
      from,
      amount,
      limits.map(({ seconds, most }) => ({ seconds, most: most * TIMES_AS_MANY })),
    ),
});

export function textParts({ store, queue, jobs, log, now, port }: Place): MessagePicks {
  const by = randomUUID();
  const looked = new Map<string, number>();
  const foundVisits = openFoundVisits({ store, keyring, now });
  const optOuts = openOptOuts({ store, keyring });
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
  const ask = async (path: string, handed?: Omit<Handed, "by">) =>
    fetch(`http://127.0.0.1:${String(port)}${path}`, {
      ...(handed && { method: "POST", body: JSON.stringify({ ...handed, by }) }),
    });
  const hand = async (path: string, handed: Omit<Handed, "by">): Promise<Handover> => {
    const answer = await ask(path, handed).catch(() => undefined);
    if (answer === undefined) return { kind: "unknown" };
    return answer.ok
      ? { kind: "accepted", providerId: "Outgoing_1" }
      : { kind: "not-now", reason: "busy", retryAfterMs: 200 };
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
  return {
    environment: "production",
    foundVisits,
    heard: openHeard({ store, log, now }),
    hospital,
    jobs,
    log,
    messageRules: messageRulesOf("production", { hours: "always" }),
    messages: openMessages({ store, keyring, now }),
    messaging: {
      number: "+18335550100",
      mailSender: mailSenderOf("visits@mail.lamna.example", undefined),
      isApproved: true,
      textsPatientsOf: () => true,
      isLive: true,
      isStaff: (to) => isStaffs(numberOf(to)),
      mayReach: () => true,
      texts: {
        send: ({ id, to, text }) => hand("/text", { id, to, words: text, looked: looked.get(to) ?? 0 }),
      },
      mail: {
        send: ({ id, to, subject }) => hand("/mail", { id, to, words: subject }),
        async fateOf(id): Promise<Fate> {
          const answer = await ask("/fate?id=" + id).catch(() => undefined);
          if (answer?.ok !== true) return { kind: "unknown" };
          const { isThere } = (await answer.json()) as { isThere: boolean };
          return isThere ? { kind: "accepted", providerId: id } : { kind: "absent" };
        },
      },
    },
    optOuts: {
      ...optOuts,
      isStopped(number) {
        looked.set(number, Date.now());
        return optOuts.isStopped(number);
      },
    },
    publicUrl: OURS,
    queue,
    sendingRate: faster(openSendingRate({ store, now })),
    standings: {
      of: () => Promise.resolve({ ok: true, warnings: [], endpoints }),
    } as Pick<MessagePicks["standings"], "of"> as MessagePicks["standings"],
    // Whoever only tells asks for nothing else.
    systemEhr: { chart: () => chart as SystemChart },
    visitChanges: openVisitChanges({ store }),
    visits: openVisits({ store, meetings: scriptedTeams(), keyring, hospital, log, now, newEpoch: () => 1 }),
  };
}
