/**
 * Tells patients of their visits on a store of its own. The chart is scripted, the vendors count what they are handed, and
 * the test moves the clock.
 */
import { mailSenderOf } from "../../app/domain/mailing.ts";
import { messageRulesOf } from "../../app/domain/defaults.ts";
import type { Undone } from "../../app/domain/job.ts";
import type { Environment } from "../../app/domain/environment.ts";
import type { ConfiguredConnection, Department } from "../../app/domain/hospital.ts";
import { messagesFlow } from "../../app/flows/messages/messages.ts";
import type { MessagePicks } from "../../app/flows/messages/parts.ts";
import type { Messaging } from "../../app/parts.ts";
import type { Store } from "../../app/ports/store.ts";
import type { Fate } from "../../app/ports/mail.ts";
import type { Handover } from "../../app/ports/texts.ts";
import { eventsIn } from "../../app/flows/webhooks/events.ts";
import { takeEvents } from "../../app/flows/webhooks/takeEvents.ts";
import { openAnswers } from "../../app/records/answers.ts";
import { openHeard } from "../../app/records/heard.ts";
import { openMessages } from "../../app/records/messages.ts";
import { openOptOuts } from "../../app/records/optOuts.ts";
import { openSendingRate } from "../../app/records/sendingRate.ts";
import { connectionOf, departmentOf, findingDeployment, keyring, OURS } from "./findingDeployment.ts";
import { scriptedChart } from "./scriptedChart.ts";
import { NOTHING_UNKNOWN } from "../../app/records/portalTexting.ts";

export const NUMBER = "+13125550123";
export const MAIL = "pat@patients.example";
const LAMNA = "lamna";

export interface MessagesDeploymentOptions {
  readonly environment?: Environment;
  readonly connection?: Partial<ConfiguredConnection>;
  readonly department?: Partial<Department>;
  readonly messaging?: Partial<Messaging>;
  readonly hours?: { readonly from: string; readonly to: string };
  readonly store?: (store: Store) => Store;
}

export function messagesDeployment(options: MessagesDeploymentOptions = {}) {
  const environment = options.environment ?? "production";
  const chart = scriptedChart();
  const deployment = findingDeployment({
    // The same chart system, entered anew under another name.
    charts: { [LAMNA]: chart, other: chart },
    environment,
    ...(options.store && { store: options.store }),
    connections: [connectionOf(LAMNA, options.connection)],
    departments: [departmentOf(LAMNA, { timeZone: "UTC", ...options.department })],
  });
  const { store, now } = deployment;
  const texts: { readonly id: string; readonly to: string; readonly text: string; readonly at: Date }[] = [];
  const mails: { readonly id: string; readonly to: string; readonly subject: string; readonly at: Date }[] =
    [];
  /** What the vendors answer next. When nothing is left here, they accept everything. */
  const answers: { readonly texts: Handover[]; readonly mails: Handover[]; readonly fates: Fate[] } = {
    texts: [],
    mails: [],
    fates: [],
  };
  const taken: Handover = { kind: "accepted", providerId: "Outgoing_1" };
  const messaging: Messaging = {
    number: "+18335550100",
    mailSender: mailSenderOf("visits@mail.lamna.example", undefined),
    isAgreed: true,
    isApproved: true,
    textsPatientsOf: () => true,
    unknown: NOTHING_UNKNOWN,
    whyNotTexted: () => "not-said",
    isLive: environment !== "test",
    isStaff: () => false,
    mayReach: () => true,
    texts: {
      send(text) {
        texts.push({ id: text.id, to: text.to, text: text.text, at: now() });
        return Promise.resolve(answers.texts.shift() ?? taken);
      },
    },
    mail: {
      send(mail) {
        mails.push({ id: mail.id, to: mail.to, subject: mail.subject, at: now() });
        return Promise.resolve(answers.mails.shift() ?? taken);
      },
      fateOf: () => Promise.resolve(answers.fates.shift() ?? { kind: "absent" }),
    },
    ...options.messaging,
  };
  const messages = openMessages({ store, keyring, now });
  const optOuts = openOptOuts({ store, keyring, log: deployment.parts.log });
  const parts: MessagePicks = {
    ...deployment.parts,
    heard: openHeard({ store, log: deployment.parts.log, now }),
    get hospital() {
      return deployment.parts.hospital;
    },
    get visits() {
      return deployment.parts.visits;
    },
    messages,
    messaging,
    optOuts,
    publicUrl: OURS,
    messageRules: messageRulesOf("production", options.hours && { hours: options.hours }),
    sendingRate: openSendingRate({ store, now }),
    visitChanges: deployment.changes,
  };
  const stands = { whyNotTexted: () => "not-said" as const, verification: "approved" as const };
  const textingNow = { said: undefined, current: () => stands };
  const flow = messagesFlow(Object.assign(parts, { textingNow }));
  deployment.others["message"] = flow.jobs.message;
  deployment.undone["message"] = flow.undone.message as Undone;
  const signal = new AbortController().signal;
  let since: Date | undefined;

  /** Takes an event of Communication Services, as Event Grid brings it. */
  const told = (what: string, data: object) =>
    takeEvents(
      { ...parts, answers: openAnswers({ store, keyring, now }), now },
      eventsIn(
        [{ eventType: "Microsoft.Communication." + what, eventTime: now().toISOString(), data }],
        now(),
      ) ?? { told: [], others: 0, unreadable: 0, lostReplies: 0, lostStarts: [] },
    );

  /** Does the periodic work once, and then all jobs that are due. */
  async function turn(): Promise<void> {
    for (const { id } of await parts.hospital.connections())
      for (const round of ["near", "far", "soon"] as const) await deployment.round(`finding.${round}`, id);
    const began = now();
    for (const tick of flow.ticks) {
      const each = (await tick.each?.()) ?? [undefined];
      for (const of of each)
        await tick.run({ signal, ...(of !== undefined && { of }), ...(since !== undefined && { since }) });
    }
    since = began;
    await deployment.work();
  }

  return {
    ...deployment,
    chart,
    texts,
    mails,
    answers,
    messaging,
    messages,
    optOuts,
    sendingRate: parts.sendingRate,
    turn,
    /** Reports what became of a text, as carriers do later. */
    report: (id: string | undefined, deliveryStatus: string, deliveryStatusDetails = "") =>
      told("SMSDeliveryReportReceived", { Tag: id, to: NUMBER, deliveryStatus, deliveryStatusDetails }),
    /** Reports what became of a mail. */
    mailReport: (messageId: string | undefined, status: string) =>
      told("EmailDeliveryReportReceived", { messageId, status }),
    /** Moves the clock on in steps of a minute or more, and does the periodic work at each step. */
    async wait(minutes: number, step = 1): Promise<void> {
      for (let past = 0; past < minutes; past += step) {
        deployment.forward(step);
        await turn();
      }
    },
    setClock(moment: string) {
      deployment.forward((Date.parse(moment) - now().getTime()) / 60_000);
    },
    /** The texts that match, oldest first. */
    saying: (words: RegExp) => texts.filter(({ text }) => words.test(text)),
    async told(appointmentId: string): Promise<readonly string[]> {
      const all = await messages.of(deployment.visitOf(LAMNA, appointmentId));
      return all
        .toReversed()
        .map(({ kind, way, state, code }) =>
          [kind, way, state, ...(code === undefined ? [] : [code])].join(" "),
        );
    },
  };
}
