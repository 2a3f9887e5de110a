/** Reads what administrators have set, for the fragment of a stack file. */
import { APPROVALS_ID, portalApprovals, type PortalApprovals } from "../../../records/approvalSettings.ts";
import { MESSAGES_ID, portalMessages } from "../../../records/portalMessages.ts";
import { TEXTING_ID, verificationFor } from "../../../records/portalTexting.ts";
import { UnreadableRecord } from "../../../records/record.ts";
import type { PortalPicks } from "../parts.ts";
import type { SetBeside } from "./fragmentOfTexts.ts";
import { isTakenOver } from "./rows.ts";
import { everyConnection } from "./every.ts";
import { stackFragment } from "./stackFragment.ts";

export async function fragmentOf(picks: PortalPicks): Promise<string> {
  const { connectionSettings, departmentSettings, hospital, messageRulesNow, messageSettings } = picks;
  const [connections, departments, messages, approvals, listed] = await Promise.all([
    connectionSettings.list(),
    departmentSettings.list(),
    messageSettings.read(MESSAGES_ID).catch(unlessUnreadable),
    picks.approvalSettings.read(APPROVALS_ID).catch(unlessUnreadable),
    picks.unreadableSettings(),
  ]);
  const unreadable = [
    ...listed.filter(({ kind }) => LISTED.includes(kind)).map(({ row }) => row),
    ...(approvals === "unreadable" ? [rowOf(portalApprovals.name, APPROVALS_ID)] : []),
    ...(messages === "unreadable" ? [rowOf(portalMessages.name, MESSAGES_ID)] : []),
  ];
  const readable = approvals === "unreadable" ? undefined : approvals?.value;
  const beside = await setBeside(picks, readable, unreadable);
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

/** The kinds of settings of which a stack file, too, has several. */
const LISTED = ["connection", "department"];

/** The row of a setting, as people are told of it. */
const rowOf = (kind: string, id: string): string => [kind, id].join("-");

/** @param unreadable the rows of other settings that cannot be read */
async function setBeside(
  picks: PortalPicks,
  approvals: PortalApprovals | undefined,
  unreadable: readonly string[],
): Promise<SetBeside> {
  const { approvals: said, messaging, numbers, textingNow, textingSettings } = picks;
  const [texting, every] = await Promise.all([
    textingSettings.read(TEXTING_ID).catch(unlessUnreadable),
    everyConnection(picks),
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
    unreadable,
    number: number === undefined ? undefined : { verification, isStackFiles: numbers === undefined },
    isNumberUnknown: messaging?.unknown.number === true,
    approvals: isRuled ? undefined : approvals,
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
