/** The carriers' toll-free verification: what the form in the Azure portal asks, with suggested answers. */
import { PATHS } from "../addresses.ts";
import { messagesOf } from "../defaults.ts";
import type { Environment } from "../environment.ts";
import type { Connection } from "../hospital.ts";
import type { TextWords } from "../textWords.ts";
import { HELP_ANSWERS, textSenderOf, visitText } from "../texts.ts";
import { timeBeforeWords } from "../timeBefore.ts";
import { publicUrlOf, type Deployment } from "./deployment.ts";
import { AFTER, BEFORE, lines, type Task } from "./task.ts";

/** The task for who deploys, as long as the form has to be sent. */
export function tollFree(deployment: Deployment): readonly Task[] {
  const { name: stackName, wantedNumber, departments } = deployment;
  if (wantedNumber?.verification !== "notStarted" && wantedNumber?.verification !== "rejected") return [];
  const publicUrl = publicUrlOf(deployment);
  return [
    {
      title: "Toll-free verification",
      when: AFTER,
      who: "somebody who may speak for the hospital to the carriers",
      why: `Carriers deliver no text from a toll-free number before it is verified, which takes four to eight weeks. Collect the proof of consent ${BEFORE}.`,
      text: lines(
        verificationForm({ ...deployment, publicUrl, department: departments[0] }),
        "",
        "WHEN IT IS APPROVED",
        wantedNumber.from === "portal"
          ? "Say so in the connector's portal."
          : `Say number.verification: approved and what sms holds in Pulumi.${stackName}.yaml; then pulumi up.`,
      ),
    },
  ];
}

/** What the suggested answers are made of. */
export interface VerificationFacts extends Pick<Deployment, "organization" | "ownersMail"> {
  readonly environment: Environment;
  /** The connector's own address. */
  readonly publicUrl: string;
  /** The department whose texts are shown as templates. */
  readonly department?: Deployment["departments"][number] | undefined;
  readonly connections: readonly Pick<Connection, "messages">[];
  readonly words?: readonly TextWords[];
  /** The number, where it is known. */
  readonly number?: string | undefined;
}

/**
 * The form has five pages:
 * https://learn.microsoft.com/azure/communication-services/concepts/sms/toll-free-verification-guidelines. What stands in
 * square brackets is for the hospital to fill in.
 */
export function verificationForm(of: VerificationFacts): readonly string[] {
  const {
    organization,
    department,
    ownersMail,
    words,
    number = "the toll-free number of this deployment",
  } = of;
  const { name, phone } = organization;
  const hospital = textSenderOf(organization) ?? UNNAMED;
  const facts = {
    sender: textSenderOf(organization, department) ?? UNNAMED,
    start: EXAMPLE,
    zone: department?.timeZone ?? "America/New_York",
    link: `${of.publicUrl}${PATHS.link}/x7Kd2mQ9`,
    phone: department?.phone ?? phone,
  };
  return [
    "Azure portal, the Communication Services resource, Regulatory Documents, Add. The answers are",
    "drafts: change what is not so at the hospital, because carriers check.",
    "",
    "1 APPLICATION TYPE",
    "Country or region: United States",
    `Phone numbers: ${number}`,
    "More than one sending number? No",
    "",
    "2 COMPANY DETAILS",
    `Company: ${name}`,
    "Registration number and its kind (US: EIN): [fill in]",
    "Website, privacy policy, terms: [public addresses; carriers ask for them more and more]",
    "Address: [fill in]",
    `Contact, who hears of the outcome: [name], ${ownersMail ?? "[mail]"}, ${phone}`,
    "",
    "3 PROGRAM CONTENT",
    "Use case: Appointments",
    "Program description:",
    `  ${name} texts patients who have a video visit booked. A patient gets a confirmation with`,
    `  the link to the visit, ${remindersIn(of)},`,
    "  and a text when the visit is moved or canceled: usually 3 texts a visit. No marketing. Texts",
    "  carry no diagnosis and no clinician's name. STOP ends them, HELP is answered.",
    "Opt-in type: [Paper form | Website | Verbal: how the hospital really asks]",
    "Opt-in, how consent is given:",
    `  When a patient registers or books at ${name}, staff or the form ask for a mobile number and for`,
    "  consent to texts about appointments. Consent is recorded in the chart, is no condition of care,",
    "  and can be taken back at any time.",
    "Opt-in wording beside the number:",
    `  "I agree to get texts from ${name} about my appointments at this number. About 3 texts a`,
    "  visit. Message and data rates may apply. Reply STOP to stop, HELP for help. Consent is not a",
    '  condition of treatment. [address of the privacy policy]"',
    "Proof: [upload the form or screenshots on which that wording can be read]",
    "",
    "4 VOLUME",
    "Messages a month: [video visits a month, times 3]",
    "",
    "5 TEMPLATES",
    `Confirmation: ${visitText("confirmation", "en", facts, words)}`,
    `Reminder: ${visitText("reminder", "en", facts, words)}`,
    `Moved: ${visitText("update", "en", facts, words)}`,
    `Canceled: ${visitText("cancellation", "en", facts, words)}`,
    `Running late: ${visitText("late", "en", facts)}`,
    `Help: ${HELP_ANSWERS.en({ sender: hospital, phone })}`,
  ];
}

const UNNAMED = "[the hospital's name in plain letters]";
const EXAMPLE = new Date("2027-01-12T15:00:00Z");

/** The reminders of the first connection, such as "a reminder 1 day before and another 15 minutes before". */
function remindersIn({
  environment,
  connections,
}: Pick<VerificationFacts, "environment" | "connections">): string {
  const { remindMinutesBefore } = messagesOf(environment, connections[0] ?? {});
  const [first = "", ...others] = remindMinutesBefore
    .toSorted((one, other) => other - one)
    .map(timeBeforeWords);
  return ["a reminder " + first + " before", ...others.map((time) => "another " + time + " before")].join(
    " and ",
  );
}
