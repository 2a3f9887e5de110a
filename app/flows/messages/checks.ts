/**
 * The checks of telling patients: the consents, the number, whether the pilot is over, and the address that mails come from.
 */
import type { ConfiguredConnection } from "../../domain/hospital.ts";
import type { Texting, Verification } from "../../domain/texting.ts";
import { nothingYet, type Check } from "../../web/flow.ts";
import { verificationFor, type TextingStands } from "../../records/portalTexting.ts";
import type { MessagePicks } from "./parts.ts";

/** What administrators have chosen of texts. */
export interface Chosen {
  readonly textingNow: {
    /** What the stack file says of it, if it does. */
    readonly said: Texting | undefined;
    current(): Pick<TextingStands, "whyNotTexted"> & Parameters<typeof verificationFor>[0];
  };
}
type CheckPicks = Pick<MessagePicks, "environment" | "hospital" | "messaging"> & Chosen;

/** Texts are optional: where nobody has agreed to them, nothing is wrong. */
export async function messageChecks({
  environment,
  hospital,
  messaging,
  textingNow,
}: CheckPicks): Promise<readonly Check[]> {
  if (messaging === undefined)
    return (["consents", "number", "going-live", "mail"] as const).map((name) => ({
      name,
      unseen: "This deployment has no Communication Services, so nothing is sent.",
    }));
  const connections = await hospital.connections();
  const texted = connections.filter(messaging.textsPatientsOf);
  const isTexting = texted.length > 0;
  const stands = textingNow.current();
  const { whyNotTexted } = stands;
  const { unknown } = messaging;
  const isUnknown = connections.some(unknown.textsPatientsOf);
  const ofStack = new Set(hospital.stackConnections.map(({ id }) => id));
  const howOf = (one: ConfiguredConnection) => {
    if (messaging.textsPatientsOf(one)) return "texted";
    if (unknown.textsPatientsOf(one)) return "unknown";
    return textingNow.said !== undefined && !ofStack.has(one.id) ? "not-in-stack" : whyNotTexted(one);
  };
  return [
    ...connections.map((one) => consentCheck(one, howOf(one), isTexting)),
    numberCheck(messaging, verificationFor(stands, messaging.number), { isTexting, isUnknown }),
    connections.length === 0
      ? nothingYet({ name: "going-live" }, "no FHIR connection is on, so there are no patients to tell")
      : liveCheck(environment, messaging, { isTexting, isUnknown }),
    mailCheck(messaging),
  ];
}

/** Said by each check that depends on what is set of texts while that cannot be read, which is a check of its own. */
const UNREADABLE = "What is set of texts cannot be read now: see the check of it.";

/** Whoever gives a connection no number has chosen so; only what nobody has chosen is told. */
function consentCheck(
  { id, environment }: ConfiguredConnection,
  how: "texted" | "unknown" | "not-in-stack" | ReturnType<TextingStands["whyNotTexted"]>,
  othersAre: boolean,
): Check {
  const check = { name: "consents", of: id } as const;
  if (how === "texted") return check;
  if (how === "unknown") return { ...check, unseen: UNREADABLE };
  if (how === "other-chart")
    return {
      ...check,
      isWarning: true,
      fault: "It leads to another chart than it did when somebody agreed to texts to its patients.",
    };
  if (how === "chosen") return check;
  // A test chart often holds copies of real patients, so nobody is asked to have them texted.
  if (!othersAre || environment === "test")
    return { ...check, unseen: "Texts are optional, and nobody has agreed to them for this connection." };
  if (how === "not-in-stack")
    return {
      ...check,
      isWarning: true,
      fault:
        "Patients of other connections are texted. The stack file says of which (sms.connections), and can name this one only once it has it: its export is on the page of FHIR connections.",
    };
  return {
    ...check,
    isWarning: true,
    fault: "Patients of other connections are texted, and of this one nobody has chosen whether they are.",
  };
}

/** Whether a connection's patients are texted, and whether nobody can say so of one. */
interface Textings {
  readonly isTexting: boolean;
  readonly isUnknown: boolean;
}

type Sending = NonNullable<MessagePicks["messaging"]>;

function numberCheck(
  { number, isApproved, unknown }: Sending,
  verification: Verification,
  { isTexting, isUnknown }: Textings,
): Check {
  const check = { name: "number" } as const;
  const isNumberUnknown =
    number === undefined ? unknown.number : !isApproved && unknown.verificationOf(number);
  if (isUnknown || isNumberUnknown) return { ...check, unseen: UNREADABLE };
  if (number === undefined && !isTexting)
    return { ...check, unseen: "Texts are off, so no number is needed." };
  if (number === undefined)
    return { ...check, fault: "Texts are on, and there is no number to send them from." };
  if (isApproved) return check;
  const fault = `${NOT_APPROVED[verification]}, so no text is sent from it; the carriers would block it with code 4010.`;
  if (!isTexting) return { ...check, fault, isWarning: true };
  return { ...check, fault, ...(verification !== "notStarted" && verification !== "rejected" && CARRIERS) };
}

/** Only what was sent to the carriers is theirs to answer. */
const CARRIERS = { move: "carriers" } as const;
const NOT_KNOWN = "The carriers’ verification of the number is not known to be approved";
const NOT_APPROVED: Readonly<Record<Verification, string>> = {
  notStarted: "The carriers’ form was not sent yet for the number",
  submitted: NOT_KNOWN,
  approved: NOT_KNOWN,
  rejected: "The carriers have rejected the number’s form, which is to be mended and sent again",
};

function liveCheck(
  environment: MessagePicks["environment"],
  { isAgreed, isApproved, isLive, number, unknown }: Sending,
  { isTexting, isUnknown }: Textings,
): Check {
  const check = { name: "going-live" } as const;
  if (unknown.isLive || (isLive && !isTexting && isUnknown)) return { ...check, unseen: UNREADABLE };
  const isNumberKnown = number === undefined ? !unknown.number : !unknown.verificationOf(number);
  if (isLive && isTexting && !isApproved && isNumberKnown)
    return { ...check, unseen: `It is live, and no text can be sent yet: see the number. ${MAILED}` };
  if (isLive && isTexting) return check;
  if (isLive) return { ...check, unseen: `Texts are off. ${MAILED}` };
  if (environment === "test")
    return { ...check, unseen: "A test deployment writes to its listed staff alone, always." };
  if (!isAgreed) return { ...check, unseen: isUnknown ? UNREADABLE : "Texts are off." };
  return { ...check, isWarning: true, fault: "Texts and mails go to the listed staff alone: it is a pilot." };
}

const MAILED = "Where mails are set, patients are mailed: it is no pilot.";

function mailCheck({ mailSender }: Sending): Check {
  const check = { name: "mail" } as const;
  if (mailSender === undefined)
    return { ...check, isWarning: true, fault: "There is no address that mails come from." };
  if (!mailSender.isForStaffsOnly) return check;
  return {
    ...check,
    isWarning: true,
    fault:
      "Mails come from Azure’s own domain, which lets 10 an hour out: only those are sent that a clinician asks for.",
  };
}
