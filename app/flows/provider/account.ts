/** The one Microsoft sign-in: begun from a visit, finished in the same window, linked only when the clinician says yes. */
import { visitPath } from "../../domain/addresses.ts";
import { SessionOver, type Session } from "../../records/sessions.ts";
import type { SignInAnswer } from "../../web/microsoftSignIn.ts";
import type { ProviderPicks } from "./parts.ts";
import { fault } from "./problems.ts";

/** Keeps the account as a proposal and says which launch to go back to. @throws Fault, SessionOver */
export async function finishSignIn(
  { sessions }: Pick<ProviderPicks, "sessions">,
  answer: SignInAnswer<"visit">,
): Promise<{ readonly launchId: string }> {
  switch (answer.kind) {
    case "signed-in": {
      const { objectId, displayName, userName } = answer.account;
      const proposed = { objectId, displayName, userName };
      return sessions.change(answer.begun.sessionId, (content) => ({ ...content, proposed }));
    }
    case "failed": {
      const isOther = answer.fault.reason === "other-tenant";
      const kind = isOther ? "staff-account-other-tenant" : "staff-sign-in-failed";
      const back = await wayBack(sessions, answer.begun.sessionId);
      throw fault({ kind, ...back }, { cause: answer.fault });
    }
    case "unknown":
      throw fault({ kind: "launch-expired" });
    case "used":
      throw fault({ kind: "launch-reused" });
    case "other-browser":
      throw fault({ kind: "launch-other-browser" });
  }
}

/** To the visit's page, unless its session has ended meanwhile. */
async function wayBack(sessions: ProviderPicks["sessions"], id: string): Promise<{ readonly back?: string }> {
  try {
    return { back: visitPath((await sessions.byId(id)).launchId) };
  } catch (error) {
    if (error instanceof SessionOver) return {};
    throw error;
  }
}

/** What became of the clinician's answer to "link this account?". */
export type Answered =
  /** It holds. */
  | "done"
  /** Another account waits for an answer by now, from another tab: that one has not been shown. */
  | "other-account"
  /** The question was answered before, and otherwise. */
  | "no-question";

/**
 * The clinician's answer to "link this account?". `shown` is the object id that the form was about: a sign-in in another tab
 * may have put another account in its place, and only what was seen is linked. A second click finds it linked.
 */
export async function answerProposal(
  { sessions, staffAccounts, log }: Pick<ProviderPicks, "sessions" | "staffAccounts" | "log">,
  session: Session,
  answer: { readonly yes: boolean; readonly shown: string },
): Promise<Answered> {
  const { id, proposed, grant, connection } = session;
  const { yes, shown } = answer;
  if (proposed?.objectId !== shown) {
    if (proposed !== undefined) return "other-account";
    return !yes || (await staffAccounts.of(grant.fhirUser)) === shown ? "done" : "no-question";
  }
  if (yes) await staffAccounts.link(grant.fhirUser, shown);
  await sessions.change(id, (content) => {
    const { proposed: waiting, ...rest } = content;
    return waiting?.objectId === shown ? rest : content;
  });
  log.info(yes ? "account.linked" : "account.declined", { connection: connection.id });
  return "done";
}

/** Workstations are shared: "Not you?" takes the link away. */
export async function notMe(
  { staffAccounts, log }: Pick<ProviderPicks, "staffAccounts" | "log">,
  { grant, connection }: Session,
): Promise<void> {
  await staffAccounts.unlink(grant.fhirUser);
  log.info("account.unlinked", { connection: connection.id });
}
