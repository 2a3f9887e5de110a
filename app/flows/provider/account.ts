/**
 * The clinician's one Microsoft sign-in: it begins from a visit, finishes in the same window, and an account is linked only
 * when the clinician says yes.
 */
import { visitPath } from "../../domain/addresses.ts";
import { RecordOfAnotherRelease } from "../../records/record.ts";
import type { StaffSignInFault } from "../../ports/staffSignIn.ts";
import type { Session } from "../../records/sessions.ts";
import type { SignInAnswer } from "../../web/microsoftSignIn.ts";
import { failedBy } from "../../web/signInTrouble.ts";
import type { ProviderPicks } from "./parts.ts";
import { fault } from "./problems.ts";
import { unlessStoreFails } from "./session.ts";

/** Where Microsoft's answer leads: to the question whether to link the account, or back to the visit with a notice. */
export interface Led {
  readonly launchId: string;
  readonly to: "question" | "not-signed-in";
}

/**
 * Keeps the account as a proposal.
 * @param launchId the launch that the answer claims to come from: used only for a way back
 * @throws Fault, SessionOver
 */
export async function finishSignIn(
  parts: Pick<ProviderPicks, "sessions" | "log">,
  answer: SignInAnswer<"visit">,
  launchId: string | undefined,
): Promise<Led> {
  const { sessions } = parts;
  const back = launchId === undefined ? {} : { back: visitPath(launchId) };
  switch (answer.kind) {
    case "signed-in": {
      const { objectId, displayName, userName } = answer.account;
      const session = await sessions.change(answer.begun.sessionId, (content) => ({
        ...content,
        proposed: { objectId, displayName, userName },
      }));
      return { launchId: session.launchId, to: "question" };
    }
    case "not-a-members":
      throw fault({ kind: NOT_A_MEMBERS[answer.whose], ...back });
    case "failed":
      return notSignedIn(parts, answer.fault, launchId);
    case "unknown":
      throw fault({ kind: "staff-sign-in-expired", ...back });
    case "used":
      throw fault({ kind: "staff-sign-in-reused", ...back });
    case "other-browser":
      throw fault({ kind: "staff-sign-in-other-browser", ...back });
  }
}

/** Somebody who declined at Microsoft is led back to the visit; everything else is a fault with a page. */
function notSignedIn(
  { log }: Pick<ProviderPicks, "log">,
  cause: StaffSignInFault,
  launchId: string | undefined,
): Led {
  const back = launchId === undefined ? {} : { back: visitPath(launchId) };
  if (cause.reason === "declined" && launchId !== undefined) {
    log.info("account.not_signed_in");
    return { launchId, to: "not-signed-in" };
  }
  throw fault({ ...signInProblem(cause), ...back }, { cause });
}

/** The problem that a failed sign-in at Microsoft is. */
export function signInProblem(cause: StaffSignInFault) {
  switch (cause.reason) {
    case "other-tenant":
      return { kind: "staff-account-other-tenant" } as const;
    case "declined":
      return { kind: "staff-sign-in-declined" } as const;
    default:
      return { kind: "staff-sign-in-failed", ...failedBy(cause.reason, cause) } as const;
  }
}

const NOT_A_MEMBERS = { guest: "staff-account-guest", organizer: "staff-account-organizer" } as const;

/** What became of the clinician's answer to "link this account?". */
export type Answered =
  | "linked"
  /** Another release's record of the account cannot be read, and stays: the account counts on this page alone. */
  | "for-now"
  | "declined"
  /** Another account waits for an answer by now, from a sign-in in another tab, and this form did not show that one. */
  | "other-account"
  /** The question was answered before, with another answer. */
  | "no-question";

/**
 * Takes the clinician's answer to "link this account?". A second click finds the account linked.
 * @param answer `shown` is the object id that the form was about: a sign-in in another tab may have put another account in
 * its place, and only the account that was seen is linked
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
    if (!yes) return "declined";
    const linked = await staffAccounts.of(grant.fhirUser);
    if (linked === shown) return "linked";
    return linked === undefined && session.account === shown ? "for-now" : "no-question";
  }
  const isForNow =
    yes &&
    (await staffAccounts.link(grant.fhirUser, shown).catch(ifOfAnotherRelease)) === "of-another-release";
  const answered = isForNow ? "for-now" : yes ? "linked" : "declined";
  const note = () =>
    sessions.change(id, (content) => {
      const { proposed: waiting, ...unasked } = content;
      const now = waiting?.objectId === shown ? unasked : content;
      if (answered === "for-now") return { ...now, account: shown };
      const { account: _, ...rest } = now;
      return answered === "linked" ? rest : now;
    });
  // An account that is linked by now is linked, whether or not that can be noted here.
  if (answered === "linked") await unlessStoreFails({ log }, note);
  else await note();
  log.info(LOGGED[answered], { connection: connection.id });
  return answered;
}

const LOGGED = {
  linked: "account.linked",
  "for-now": "account.for_now",
  declined: "account.declined",
} as const;

function ifOfAnotherRelease(error: unknown): "of-another-release" {
  if (error instanceof RecordOfAnotherRelease) return "of-another-release";
  throw error;
}

/** The object id of the account with which the clinician joins: the linked one, or the one that counts on this page alone. */
export const joinsAs = async (
  { staffAccounts }: Pick<ProviderPicks, "staffAccounts">,
  { grant, account }: Session,
): Promise<string | undefined> => (await staffAccounts.of(grant.fhirUser)) ?? account;

/**
 * Forgets which Microsoft account is the clinician's.
 * @param shown object id of the account that the page showed
 * @returns false where another one is linked by now, which stays so
 * @throws Fault where another release has linked it, which is left to that one
 */
export async function unlink(
  { sessions, staffAccounts, log }: Pick<ProviderPicks, "sessions" | "staffAccounts" | "log">,
  session: Session,
  shown: string,
): Promise<boolean> {
  const { grant, connection, launchId } = session;
  const isForNow = session.account === shown;
  // What counted on this page alone does not come back once another account has been linked and unlinked.
  if (session.account !== undefined) await sessions.change(session.id, ({ account: _, ...rest }) => rest);
  const came = await staffAccounts.unlink(grant.fhirUser, shown).catch(ifOfAnotherRelease);
  if (came === "of-another-release") {
    if (isForNow) return true;
    throw fault({ kind: "staff-link-of-another-release", back: visitPath(launchId) });
  }
  if (came === "unlinked") log.info("account.unlinked", { connection: connection.id });
  return came !== "other";
}
