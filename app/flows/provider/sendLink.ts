/**
 * Sends somebody of the visit their link, within the request: where it goes is kept nowhere, so what was not taken now is not
 * tried again. The record is made first; what may have left is never repeated.
 */
import { z } from "zod";
import { linkPathFor } from "../../domain/addresses.ts";
import { LANGUAGES } from "../../domain/language.ts";
import { visitMail } from "../../domain/mails.ts";
import { phoneNumberOf } from "../../domain/phoneNumbers.ts";
import { textSenderOf, visitText } from "../../domain/texts.ts";
import { listed, type Person } from "../../domain/visit.ts";
import type { Sent } from "../../messages/handOver.ts";
import { sendMail } from "../../messages/sendMail.ts";
import { sendText } from "../../messages/sendText.ts";
import { whyNotMailed, whyNotTexted } from "../../messages/whyNot.ts";
import type { Messaging } from "../../parts.ts";
import type { Message, MessageOf } from "../../records/messages.ts";
import type { Session } from "../../records/sessions.ts";
import type { NoVisit } from "./locate.ts";
import type { OpenVisit } from "./opened.ts";
import { openVisit } from "./openVisit.ts";
import type { ProviderParts } from "./parts.ts";
import { fault } from "./problems.ts";
import type { Said } from "./said.ts";
import { linksSentTo, wereOften } from "./sending.ts";

const byteSchema = z
  .string()
  .regex(/^\d{1,3}$/)
  .transform(Number);
const formSchema = z.object({
  visit: z.string(),
  person: byteSchema,
  /** Of the link that the page showed. */
  generation: byteSchema,
  /** How many the page had sent before: sent twice, the form sends once. */
  sent: byteSchema,
  to: z.enum(["text", "mail", "typed"]),
  typed: z.string().trim().max(200).default(""),
  language: z.enum(LANGUAGES),
});
type Asked = z.output<typeof formSchema>;

export async function sendLink(
  parts: ProviderParts,
  session: Session,
  form: Readonly<Record<string, unknown>>,
): Promise<NoVisit | Said> {
  const asked = formSchema.safeParse(form);
  const { messaging } = parts;
  if (!asked.success || messaging === undefined) throw fault({ kind: "request-unreadable" });
  const open = await openVisit(parts, session);
  if (open.kind === "no-visit") return open;
  if (open.kind === "choice") throw fault({ kind: "request-unreadable" });
  const { visit } = open;
  if (visit.id !== asked.data.visit) return { kind: "other-visit" };
  const person = listed(visit).find(({ number }) => number === asked.data.person);
  const isAsShown = person?.generation === asked.data.generation && visit.state !== "ended";
  if (person === undefined || !isAsShown) return { kind: "link-replaced" };
  const earlier = linksSentTo(await parts.messages.of(visit.id), person);
  const about = { person: person.number };
  if (earlier.length !== asked.data.sent) return { kind: "link-sent-before", ...about };
  if (wereOften(earlier, parts.now())) return { kind: "link-sent-often", ...about };
  if (asked.data.to !== "typed" && asked.data.typed !== "") return { kind: "link-to-two", ...about };
  const to = await recipientOf(parts, session, open, person, asked.data);
  if (to === undefined) return { kind: "link-to-nobody", ...about };
  const message = await sent({ parts, messaging, session, open, person, language: asked.data.language }, to, {
    visit: visit.id,
    kind: "link",
    start: visit.start.toISOString(),
    which: ["link", String(person.number), String(earlier.length)].join("-"),
    ...about,
  });
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
  /** Undefined where the chart has none. */
  readonly address: string | undefined;
}

/** Undefined for what was typed and is neither a number that can be texted nor a mail address. @throws EhrFault, SessionOver */
async function recipientOf(
  parts: ProviderParts,
  session: Session,
  { patient }: OpenVisit,
  { role }: Person,
  { to, typed }: Asked,
): Promise<Recipient | undefined> {
  if (to === "typed") return typedRecipient(typed);
  const { patient: id } = session.grant;
  if (role !== "patient" || id === undefined) throw fault({ kind: "request-unreadable" });
  const read =
    typeof patient === "object"
      ? patient
      : await parts.withFreshSession(session, ({ connection, grant }) =>
          parts.ehr.chart(connection, grant).patient(id),
        );
  return { way: to, address: to === "text" ? read.textNumber : read.mail };
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
}

async function sent(
  sending: Sending,
  { way, address }: Recipient,
  of: Omit<MessageOf, "way">,
): Promise<Message> {
  const { messages } = sending.parts;
  const withhold = (code: string) => messages.withhold({ ...of, way }, code);
  if (address === undefined) return withhold(way === "text" ? "no-mobile" : "no-address");
  const why = await whyNot(sending, way, address);
  if (why !== undefined) return withhold(why);
  const came = await (way === "text" ? texted : mailed)(sending, address, of);
  if (came.kind === "over") return came.message;
  if (came.kind !== "later") return withhold(came.kind);
  if (came.reason !== "messages.unknown") return withhold(came.reason.replace("messages.", ""));
  return (await messages.begin({ ...of, way })).message;
}

async function whyNot(
  { parts, messaging, session }: Sending,
  way: "text" | "mail",
  address: string,
): Promise<string | undefined> {
  const { environment, optOuts } = parts;
  const from = { environment, messaging, connection: session.connection };
  if (way === "mail") return whyNotMailed(from, address);
  return whyNotTexted(from, address) ?? ((await optOuts.isStopped(address)) ? "opted-out" : undefined);
}

type Came = Sent | { readonly kind: "no-number" | "no-sender" };

const texted = ({ parts, ...sending }: Sending, to: string, of: Omit<MessageOf, "way">): Promise<Came> =>
  sendText(parts, {
    of,
    to,
    text: visitText("confirmation", sending.language, factsOf({ parts, ...sending })),
  });

const mailed = ({ parts, ...sending }: Sending, to: string, of: Omit<MessageOf, "way">): Promise<Came> => {
  const { visit } = sending.open;
  const content = visitMail("confirmation", sending.language, {
    ...factsOf({ parts, ...sending }),
    end: visit.end,
    uid: visit.id + "@" + new URL(parts.publicUrl).hostname,
    sequence: 0,
    made: parts.now(),
  });
  return sendMail(parts, { of, to, content });
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
