/**
 * Sends a person of the visit their link, within the request: the address is not kept anywhere, so a message that is not
 * accepted now is not tried again. The record is made first; a message that may have left is never repeated.
 */
import * as z from "zod";
import { linkPathFor } from "../../domain/addresses.ts";
import { entryUid } from "../../domain/calendar.ts";
import { LANGUAGES } from "../../domain/language.ts";
import { linkMail } from "../../domain/mails.ts";
import { phoneNumberOf } from "../../domain/phoneNumbers.ts";
import { textSenderOf, visitText } from "../../domain/texts.ts";
import { listed, type Person } from "../../domain/visit.ts";
import { LATER, type Begun, type Sent } from "../../messages/handOver.ts";
import { handOverMail } from "../../messages/sendMail.ts";
import { handOverText } from "../../messages/sendText.ts";
import { whyNotMailed, whyNotTexted } from "../../messages/whyNot.ts";
import type { Messaging } from "../../parts.ts";
import type { ChartPatient } from "../../ports/ehr.ts";
import { MOST_OF_A_VISIT, type Message, type MessageOf } from "../../records/messages.ts";
import type { Session } from "../../records/sessions.ts";
import { audited } from "./audited.ts";
import { byteSchema, membersIn, otherThanShown, visitShown, type Form } from "./formMembers.ts";
import type { NoVisit, OpenVisit } from "./opened.ts";
import { optionalParts } from "./optional.ts";
import { openVisit } from "./openVisit.ts";
import type { ProviderParts } from "./parts.ts";
import { fault } from "./problems.ts";
import { wasDone, type Said } from "./said.ts";
import { isOftenness, linksSentTo, notToOthers, oftenness, ownIds } from "./sending.ts";
import { isOfChart, shutLinks } from "./visitActions.ts";

const formSchema = z.object({
  ...visitShown,
  person: byteSchema,
  /** The generation of the link that the page showed. */
  generation: byteSchema,
  /** How many links had been sent to the person when the page was made: a form that is submitted twice sends once. */
  sent: byteSchema,
  to: z.enum(["text", "mail", "typed"]),
  typed: z.string().trim().max(200).default(""),
  language: z.enum(LANGUAGES),
  /** Keyed hashes of the chart's number and address that the page showed. */
  text: z.string().max(64).default(""),
  mail: z.string().max(64).default(""),
});
type Asked = z.output<typeof formSchema>;

export async function sendLink(parts: ProviderParts, session: Session, form: Form): Promise<NoVisit | Said> {
  const asked = membersIn(formSchema, form);
  const came = await sendAsAsked(parts, session, asked);
  if (came.kind === "no-visit" || wasDone(came) || came.kind === "link-perhaps-sent") return came;
  // Nobody types an address or picks a language twice because of what has changed meanwhile, or of a slip of the hand.
  const { language, to, typed } = asked;
  const picked = came.person === undefined ? {} : { picked: { to, language } };
  return { ...came, ...picked, ...(typed !== "" && { typed }) };
}

async function sendAsAsked(parts: ProviderParts, session: Session, asked: Asked): Promise<NoVisit | Said> {
  const { messaging } = parts;
  const open = await openVisit(parts, session);
  if (open.kind === "no-visit") return open;
  if (open.kind === "choice") return { kind: "none-picked" };
  const { visit } = open;
  const other = otherThanShown(asked, visit);
  if (other !== undefined) return other;
  const shut = shutLinks(parts, visit);
  if (shut !== undefined) return { kind: shut };
  if (isOfChart(visit, asked.person)) return { kind: "link-of-chart" };
  const holder = visit.people.find(({ number }) => number === asked.person);
  if (holder?.removed === true) return { kind: "guest-gone" };
  const person = listed(visit).find(({ number }) => number === asked.person);
  if (person?.generation !== asked.generation) return { kind: "link-replaced" };
  const about = { person: person.number };
  if (messaging === undefined) return { kind: "link-sending-off", ...about };
  const all = await optionalParts(parts).read("messages", () => parts.messages.of(visit.id), undefined);
  if (all === undefined) return { kind: "link-sent-unknown", ...about };
  if (all.length >= MOST_OF_A_VISIT) return { kind: "link-too-many", ...about };
  const { patient: id } = session.grant;
  const earlier = linksSentTo(notToOthers(parts.messages, visit.id, ownIds(session, open), all), person);
  if (earlier.length !== asked.sent) return { kind: "link-sent-before", ...about };
  const often = oftenness(all, earlier, parts.now());
  if (often !== undefined) return { kind: often, ...about };
  if (asked.to !== "typed" && asked.typed !== "") return { kind: "link-to-two", ...about };
  const to = await recipientOf(parts, session, open, person, asked);
  if (typeof to === "string") return { kind: to, ...about };
  const patient = id && parts.messages.patientHash(visit.id, id);
  const { language, to: recipient } = asked;
  const message = await sent({ parts, messaging, session, open, person, language, recipient }, to, {
    visit: visit.id,
    kind: "link",
    start: visit.start.toISOString(),
    // The time of the newest one is part of the name, too: the oldest records are kept for some months only, so the number
    // may fall again.
    which: ["link", person.number, earlier.length, earlier[0]?.begun ?? "none", patient ?? ""].join("-"),
    ...about,
    generation: person.generation,
    ...(person.role === "patient" && patient !== undefined && { patient }),
  });
  if (message === undefined) return { kind: "link-sent-before", ...about };
  if (isOftenness(message.code)) return { kind: message.code, ...about };
  const { state, code = state } = message;
  parts.log.info("link.sent", { connection: session.connection.id, reason: to.way + " " + code });
  return { kind: OUTCOMES[state], ...about };
}

const OUTCOMES: Readonly<Record<Message["state"], Said["kind"]>> = {
  begun: "link-perhaps-sent",
  waiting: "link-not-sent",
  accepted: "link-sent",
  delivered: "link-sent",
  refused: "link-not-sent",
  withheld: "link-not-sent",
  failed: "link-not-sent",
};

interface Recipient {
  readonly way: "text" | "mail";
  /** The number or address; undefined where the chart has none. */
  readonly address: string | undefined;
  /** Set where the chart says that the patient must not be written to. */
  readonly gone?: ChartPatient["gone"] | undefined;
}

/**
 * Whom to write to; or, where nobody is written to, what the page says instead.
 * @throws EhrFault, SessionOver
 */
async function recipientOf(
  parts: ProviderParts,
  session: Session,
  { patient, visit }: OpenVisit,
  { role }: Person,
  asked: Asked,
): Promise<Recipient | "link-to-nobody" | "link-to-other"> {
  const { to, typed } = asked;
  if (to === "typed") return typedRecipient(typed) ?? "link-to-nobody";
  const { patient: id } = session.grant;
  if (role !== "patient" || id === undefined) throw fault({ kind: "request-unreadable" });
  const read =
    typeof patient === "object"
      ? patient
      : await parts.withFreshSession(session, ({ connection, grant }) =>
          parts.ehr.chart(connection, grant).patient(id),
        );
  const address = to === "text" ? read.textNumber : read.mail;
  const { gone } = read;
  if (gone !== undefined || address === undefined) return { way: to, address, gone };
  return parts.messages.shown(visit.id, address) === asked[to] ? { way: to, address } : "link-to-other";
}

function typedRecipient(typed: string): Recipient | undefined {
  if (typed.includes("@"))
    return z.email().safeParse(typed).success ? { way: "mail", address: typed } : undefined;
  const phone = phoneNumberOf(typed);
  return phone?.textable === true ? { way: "text", address: phone.number } : undefined;
}

interface Sending {
  readonly parts: ProviderParts;
  readonly messaging: Messaging;
  readonly session: Session;
  readonly open: OpenVisit;
  readonly person: Person;
  readonly language: Asked["language"];
  readonly recipient: Asked["to"];
}

/** Sends the message. Undefined where another page was first, and nothing was done. */
async function sent(
  sending: Sending,
  { way, address, gone }: Recipient,
  of: Omit<MessageOf, "way">,
): Promise<Message | undefined> {
  const { messages } = sending.parts;
  const begun = await messages.begin({ ...of, way });
  if (!begun.first) return undefined;
  const withhold = (code: string): Promise<Message> =>
    messages.settle(begun.message, { state: "withheld", code });
  if (gone !== undefined) return withhold(gone);
  // Checked once more after the record is made: of several requests that send at once, the one that made its record last
  // sees all records.
  const others = (await messages.of(of.visit)).filter(({ id }) => id !== begun.message.id);
  const { person, session, parts, open } = sending;
  const theirs = linksSentTo(notToOthers(messages, of.visit, ownIds(session, open), others), person);
  const often = oftenness(others, theirs, parts.now());
  if (often !== undefined) return withhold(often);
  if (address === undefined) return withhold(way === "text" ? "no-mobile" : "no-address");
  const why = await whyNot(sending, way, address);
  if (why !== undefined) return withhold(why);
  const came = await audited(parts, session, sending.open.visit, {
    action: "visit.link-sent",
    about: { person: person.number, way, recipient: sending.recipient === "typed" ? "typed" : "chart" },
    act: () => (way === "text" ? texted : mailed)(sending, address, begun),
    came: (came) => (mayHaveLeft(came) ? {} : undefined),
  });
  if (came.kind === "over") return came.message;
  if (came.kind !== "later") return withhold(came.kind);
  return mayHaveLeft(came) ? begun.message : withhold(came.reason.replace("messages.", ""));
}

async function whyNot(
  { parts, messaging, session }: Sending,
  way: "text" | "mail",
  address: string,
): Promise<string | undefined> {
  const { environment, optOuts } = parts;
  const from = { environment, messaging, connection: session.connection };
  if (way === "mail") return whyNotMailed(from, address);
  return whyNotTexted(from, address, await optOuts.isStopped(address));
}

type Came = Sent | { readonly kind: "no-number" | "no-sender" };

/** A link of which nobody knows whether it has left has perhaps been given to somebody. */
const mayHaveLeft = (came: Came): boolean =>
  came.kind === "later"
    ? came.reason === LATER.reason
    : came.kind === "over" && OUTCOMES[came.message.state] !== "link-not-sent";

const texted = ({ parts, ...sending }: Sending, to: string, begun: Begun): Promise<Came> =>
  handOverText(parts, begun, {
    to,
    text: visitText(
      "confirmation",
      sending.language,
      factsOf({ parts, ...sending }),
      // The hospital's own words speak to the patient.
      sending.person.role === "patient" ? parts.messageRules.words : [],
    ),
  });

const mailed = ({ parts, ...sending }: Sending, to: string, begun: Begun): Promise<Came> => {
  const { visit } = sending.open;
  const content = linkMail(sending.person.role, sending.language, {
    ...factsOf({ parts, ...sending }),
    end: visit.end,
    uid: entryUid(visit.id, sending.person, parts.publicUrl),
    made: parts.now(),
  });
  return handOverMail(parts, begun, { to, content });
};

function factsOf({ parts, open: { visit, department }, person }: Sending) {
  const { organization } = parts.hospital;
  return {
    sender: textSenderOf(organization, department) ?? organization.name,
    start: visit.start,
    zone: department.timeZone,
    link: [parts.publicUrl + linkPathFor(person), parts.visits.token(visit, person)].join("/"),
    phone: department.phone,
  };
}
