/** What a change that waits would do. In the audit trail the same action is told as done, which it is not yet. */
import { actionWords } from "../auditWords.ts";

/** The words of each action that may wait for a second person. */
export const PROPOSED: Readonly<Record<string, string>> = {
  "allocation.removed": "Take the allocation of visits away",
  "allocation.set": "Set the allocation of visits",
  "approvals.loosened": "Let changes be made alone",
  "approvals.required": "Let changes wait for a second person",
  "connection.added": "Add a connection",
  "connection.edited": "Edit a connection",
  "connection.overridden": "Turn a connection on without a visit",
  "connection.removed": "Remove a connection",
  "connection.turned-off": "Turn a connection off",
  "connection.turned-on": "Turn a connection on",
  "department.added": "Add a department",
  "department.edited": "Edit a department",
  "department.removed": "Remove a department",
  "manager.removed": "Remove a department manager",
  "manager.set": "Set the departments of a department manager",
  "messages.rules": "Set what is sent, and when",
  "messages.words": "Set what texts say",
  "reports.set": "Set what administrators say of reports",
  "sign-in-addresses.approved": "Approve other sign-in addresses",
  "texting.agreed": "Agree to texts",
  "texting.configured": "Set the number of each connection’s texts",
  "texting.live": "Set texts live",
  "texting.pilot": "Set texts back to a pilot",
  "texting.staff": "List the staff whom texts and mails may reach",
  "texting.verification": "Enter the verification of the number",
  "texting.withdrawn": "Take the consents to texts back",
};

/** An action that only an earlier or a later release proposes is told as the audit trail tells it. */
export const proposedWords = (action: string): string =>
  Object.hasOwn(PROPOSED, action) ? (PROPOSED[action] ?? action) : actionWords(action);
