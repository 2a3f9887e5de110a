/** Reads what administrators have set, for the fragment of a stack file. */
import { APPROVALS_ID } from "../../../records/approvalSettings.ts";
import { MESSAGES_ID } from "../../../records/portalMessages.ts";
import { TEXTING_ID, verificationFor } from "../../../records/portalTexting.ts";
import { UnreadableRecord } from "../../../records/record.ts";
import type { PortalPicks } from "../parts.ts";
import type { SetBeside } from "./fragmentOfTexts.ts";
import { isTakenOver } from "./rows.ts";
import { everyConnection } from "./every.ts";
import { stackFragment } from "./stackFragment.ts";

export async function fragmentOf(picks: PortalPicks): Promise<string> {
  const { connectionSettings, departmentSettings, hospital, messageRulesNow, messageSettings } = picks;
  const [connections, departments, messages, beside] = await Promise.all([
    connectionSettings.list(),
    departmentSettings.list(),
    messageSettings.read(MESSAGES_ID).catch(unlessUnreadable),
    setBeside(picks),
  ]);
  const taken = new Set(hospital.stackDepartments.map(({ id }) => id));
  return stackFragment(
    {
      connections,
      departments: departments.filter(({ id }) => !taken.has(id)),
      messages: messages === "unreadable" ? undefined : messages?.value,
      beside,
    },
    {
      stackFile: picks.stackFile,
      messages: messageRulesNow.said,
      connections: hospital.stackConnections,
      isTakenOver: isTakenOver(picks),
    },
  );
}

/** The kinds of settings that a stack file has, too. */
const OF_A_STACK_FILE = ["connection", "department", "messages"];

async function setBeside(picks: PortalPicks): Promise<SetBeside> {
  const { approvals: said, approvalSettings, messaging, numbers, textingNow, textingSettings } = picks;
  const [texting, approvals, every, unreadable] = await Promise.all([
    textingSettings.read(TEXTING_ID).catch(unlessUnreadable),
    approvalSettings.read(APPROVALS_ID),
    everyConnection(picks),
    picks.unreadableSettings(),
  ]);
  const isUnreadable = texting === "unreadable";
  const { consents, live, staff } = isUnreadable ? {} : (texting?.value ?? {});
  const { textsPatientsOf } = textingNow.current();
  const number = messaging?.number;
  const verification = verificationFor(textingNow.current(), number);
  const isSaid = textingNow.said !== undefined;
  const isListed = textingNow.listed !== undefined;
  const isRuled = said?.secondPerson !== undefined;
  return {
    texting: {
      ...(consents && !isSaid && { consents }),
      ...(live !== undefined && !isSaid && { live }),
      ...(staff && !isListed && { staff }),
    },
    texted: every.filter(textsPatientsOf).map(({ id }) => id),
    isUnreadable,
    unreadable: unreadable.filter(({ kind }) => OF_A_STACK_FILE.includes(kind)).map(({ row }) => row),
    number: number === undefined ? undefined : { verification, isStackFiles: numbers === undefined },
    isNumberUnknown: messaging?.unknown.number === true,
    approvals: isRuled ? undefined : approvals?.value,
    said: [
      ...(consents && isSaid ? ["sms"] : []),
      ...(staff && isListed ? ["staffRecipients"] : []),
      ...(approvals && isRuled ? ["approvals.secondPerson"] : []),
    ],
  };
}

function unlessUnreadable(error: unknown): "unreadable" {
  if (error instanceof UnreadableRecord) return "unreadable";
  throw error;
}
