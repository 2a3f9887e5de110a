/** What has to be true before a stack sends a text. Each fault is a sentence that starts with the key to change. */
import { NUMBER_REACHES } from "../../app/domain/byHand/needs.ts";
import {
  isLive,
  mayHaveNumber,
  messageRulesOf,
  namesDepartmentInTexts,
  numbersOf,
  verificationOf,
} from "../../app/domain/defaults.ts";
import { PATHS } from "../../app/domain/addresses.ts";
import { isBeforeFirstNotice } from "../../app/domain/messages.ts";
import { isInternalName, isMicrosoftsName } from "../../app/domain/hostName.ts";
import { TOKEN_LENGTH } from "../../app/domain/linkToken.ts";
import { phoneNumberOf } from "../../app/domain/phoneNumbers.ts";
import { senderNameOf } from "../../app/domain/senderName.ts";
import { misleadingFault } from "../../app/domain/textWords.ts";
import { textSenderOf, tooLongBy } from "../../app/domain/texts.ts";
import type { StackSettings } from "./schema.ts";
import { GLOBAL_EVENTS_WORDS } from "./messaging.ts";

export function messagingFaults(stack: StackSettings, now: Date): string[] {
  return [
    ...recipientFaults(stack),
    ...consentFaults(stack, now),
    ...numberFaults(stack),
    ...textFaults(stack),
    ...lengthFaults(stack),
    ...wordFaults(stack),
    ...reminderFaults(stack),
    ...eventFaults(stack),
    ...mailFaults(stack),
  ];
}

/** Where people have mailboxes; a hospital has no say over their DNS. */
const MAILBOXES = new Set(
  "aol.com gmail.com gmx.de gmx.net googlemail.com hotmail.com icloud.com live.com me.com msn.com outlook.com proton.me t-online.de web.de yahoo.com".split(
    " ",
  ),
);

/** A name that is a CNAME has no other records (RFC 1034, section 3.6.2), and mail needs TXT records. */
function mailFaults({ mail, publicHost }: StackSettings): string[] {
  if (mail === undefined) return [];
  if (isMicrosoftsName(mail.domain) || MAILBOXES.has(mail.domain) || isInternalName(mail.domain))
    return [
      "mail.domain: is no domain in whose DNS the hospital can add the records that mail needs; name one of its own, such as mail.lamna.example",
    ];
  return mail.domain === publicHost
    ? [
        `mail.domain: is publicHost, which DNS leads to Front Door by a CNAME record, and beside one it allows none of the TXT records that mail needs; take another name, such as mail.${publicHost}`,
      ]
    : [];
}

function recipientFaults({ staffRecipients }: StackSettings): string[] {
  if (staffRecipients === undefined) return [];
  const { phones, mails } = staffRecipients;
  if (phones.length === 0 && mails.length === 0)
    return [
      "staffRecipients: lists nobody; list a phone or a mail, or leave it out and list them in the portal",
    ];
  return phones.flatMap((phone, index) =>
    phoneNumberOf(phone)?.textable === true
      ? []
      : [
          `staffRecipients.phones[${String(index)}]: is no number that texts arrive at, which are mobile numbers of ${NUMBER_REACHES}; take it out, or list a mail instead`,
        ],
  );
}

const DAY_MS = 86_400_000;
/** Nobody agreed to texts before there were any; a standing agreement may be older than the connector, or Azure. */
const EARLIEST_CONSENT = "1990-01-01";

function consentFaults({ sms }: StackSettings, now: Date): string[] {
  if (sms === undefined) return [];
  // The latest date that has begun anywhere on Earth, which is up to a day ahead of UTC.
  const latest = new Date(now.getTime() + DAY_MS).toISOString().slice(0, 10);
  return (["sendOnBehalf", "attendeesConsent"] as const).flatMap((name) => {
    const consent = sms.consents[name];
    const key = "sms.consents." + name;
    if (consent === undefined)
      return [
        key +
          ": is missing; texts need both consents, each with who gave it (by) and the day (at), or leave sms out and an administrator gives them in the portal",
      ];
    if (consent.at < EARLIEST_CONSENT)
      return [
        `${key}.at: is ${consent.at}, before there were texts; say the day on which the consent was given`,
      ];
    return consent.at > latest
      ? [key + ".at: is in the future; a consent has the day on which it was given"]
      : [];
  });
}

function numberFaults(stack: StackSettings): string[] {
  const key = stack.number !== undefined ? "number" : stack.numbers !== undefined ? "numbers" : undefined;
  if (!mayHaveNumber(stack) && key !== undefined)
    return [
      `${key}: buys a toll-free number, which texts phones in ${NUMBER_REACHES} only, and not in ${stack.geography}; leave it out`,
    ];
  if (stack.numbers === "portal" && stack.number !== undefined)
    return ["number: contradicts numbers: portal, by which an administrator gets it; leave one of them out"];
  if (stack.numbers === "stack" && stack.number === undefined)
    return [
      "number: is missing; numbers: stack says that this stack gets it. Add it, or say numbers: portal",
    ];
  return [];
}

function textFaults(stack: StackSettings): string[] {
  const { sms } = stack;
  if (sms === undefined) return [];
  const faults: string[] = [];
  faults.push(...liveFaults(stack));
  if (senderNameOf(stack.organization) === undefined)
    faults.push(
      "organization.textName: is missing; texts begin with the hospital's name, and this one has no character of their plain alphabet (GSM-7)",
    );
  for (const [index, id] of sms.connections.entries())
    if (sms.connections.indexOf(id) < index)
      faults.push(`sms.connections[${String(index)}]: ${id} is listed already; take one out`);
  const known = new Set((stack.connections ?? []).map(({ id }) => id));
  for (const [index, id] of sms.connections.entries())
    if (!known.has(id))
      faults.push(
        `sms.connections[${String(index)}]: no connection of this stack has the id ${id}; ` +
          (known.size > 0 ? `it has ${[...known].join(", ")}` : "name it under connections"),
      );
  return faults;
}

/**
 * Every text contains the host and the names, and has to fit into one segment: a second one doubles the cost, arrives
 * separately and counts twice. Azure's own host name is not known before it is created; deployments that use it text staff
 * only. Where no number can be had, no text is sent.
 */
function lengthFaults(stack: StackSettings): string[] {
  const { publicHost, organization, messages, departments = [] } = stack;
  if (publicHost === undefined || !mayHaveNumber(stack)) return [];
  const link = `https://${publicHost}${PATHS.link}/${"x".repeat(TOKEN_LENGTH)}`;
  return departments.flatMap((department, index) => {
    const sender = textSenderOf(organization, department) ?? "";
    const { timeZone: zone, phone } = department;
    const excess = tooLongBy({ sender, zone, link, phone }, messages?.words);
    if (excess === 0) return [];
    const key = namesDepartmentInTexts(department)
      ? `departments[${String(index)}].name`
      : "organization.textName";
    const room = sender.length - excess;
    const advice =
      room > 0
        ? `give it ${String(room)} characters at most, or shorten publicHost`
        : "shorten publicHost, which no name leaves room for";
    return [
      `${key}: makes texts of ${department.id} longer than the 160 characters of one segment, with ${sender} as sender and ${publicHost} in the link; ${advice}`,
    ];
  });
}

/** A site whose settings have such words goes on with them; nobody deploys them anew. */
function wordFaults({ messages }: StackSettings): string[] {
  return (messages?.words ?? []).flatMap(({ text }, index) => {
    const fault = misleadingFault(text);
    return fault === undefined ? [] : [`messages.words[${String(index)}].text: ${fault}`];
  });
}

/** No visit is looked for further ahead than the first notice goes, so an earlier reminder never would. */
function reminderFaults({ environment, messages, connections = [] }: StackSettings): string[] {
  const { aheadDays } = messageRulesOf(environment, messages);
  return connections.flatMap((connection, index) =>
    isBeforeFirstNotice(connection.messages?.remindMinutesBefore ?? [], aheadDays)
      ? [
          `connections[${String(index)}].messages.remindMinutesBefore: has a reminder earlier than the first notice, which goes ${String(aheadDays)} days before the visit (messages.aheadDays), so it never goes; take it out, or raise messages.aheadDays`,
        ]
      : [],
  );
}

/**
 * A pilot texts staff only, so its number need not be verified yet. The state of a number that the portal got is known to
 * the portal only. Mails need no number, so production may be live where none can be had.
 */
function liveFaults(stack: StackSettings): string[] {
  const { environment, sms, number } = stack;
  if (environment === "test")
    return sms?.live === true
      ? ["sms.live: is for production; a test deployment texts its staffRecipients alone, so leave it out"]
      : [];
  return isLive(environment, sms) &&
    number !== undefined &&
    mayHaveNumber(stack) &&
    numbersOf(stack) === "stack" &&
    verificationOf(environment, number.verification) !== "approved"
    ? [
        "number.verification: must be approved before production texts patients (sms.live), since carriers block numbers that are not verified; leave sms.live out until then",
      ]
    : [];
}

function eventFaults(stack: StackSettings): string[] {
  if (stack.geography === "americas" || stack.events.accepted !== undefined) return [];
  return stack.sms === undefined
    ? []
    : [
        "events.accepted: is missing; delivery reports carry phone numbers through Event Grid's global topic, which may leave " +
          stack.geography +
          '. Texts need this acceptance, word for word: "' +
          GLOBAL_EVENTS_WORDS +
          '"',
      ];
}
