/** The one Microsoft sign-in: begun from a visit, finished in the same window, linked only when the clinician says yes. */
import { z } from "zod";
import { Fault } from "../../web/fault.ts";
import { StaffSignInFault, type StaffSignInRequest } from "../../ports/staff.ts";
import type { LaunchDeps } from "./deps.ts";
import { asFault } from "./outsideFaults.ts";
import { begin, take, type Begun } from "./pending.ts";
import { newSecret } from "./secrets.ts";
import { changeSession, sessionById, type Session } from "./sessions.ts";
import { link, unlink } from "./staffLinks.ts";

const pendingSchema = z.object({
  sessionId: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  prompt: z.enum(["select", "none"]),
});
type Pending = z.output<typeof pendingSchema>;

/** @throws Fault */
export async function beginSignIn(
  deps: LaunchDeps,
  session: Session,
  prompt: Pending["prompt"],
): Promise<Begun & { readonly signIn: URL }> {
  const begun = await begin(deps, "staff", (): Pending => {
    return { sessionId: session.id, nonce: newSecret(), verifier: newSecret(), prompt };
  });
  try {
    return { ...begun, signIn: await deps.staffSignIn.begin(requestOf(deps, begun.remembered, begun.state)) };
  } catch (error) {
    throw asFault(error);
  }
}

/** Keeps the account as a proposal and says which launch to go back to. @throws Fault */
export async function finishSignIn(
  deps: LaunchDeps,
  callback: URL,
  cookie: (stateHash: string) => string | undefined,
): Promise<{ readonly launchId: string }> {
  const state = callback.searchParams.get("state");
  if (state === null || state === "") throw new Fault({ kind: "launch-invalid" });
  const pending = await take(deps, "staff", state, cookie, pendingSchema);
  const session = await sessionById(deps, pending.sessionId);
  try {
    const proposed = await deps.staffSignIn.finish(callback, requestOf(deps, pending, state));
    await changeSession(deps, session, (content) => ({ ...content, proposed }));
  } catch (error) {
    throw withWayBack(error, session.launchId);
  }
  return { launchId: session.launchId };
}

/** The clinician's answer to "link this account?". */
export async function answerProposal(deps: LaunchDeps, session: Session, yes: boolean): Promise<void> {
  if (yes && session.proposed === undefined) throw new Fault({ kind: "staff-sign-in-failed" });
  if (yes && session.proposed !== undefined) await link(deps, session, session.proposed.objectId);
  await changeSession(deps, session, ({ proposed: _forgotten, ...content }) => content);
  deps.log.info(yes ? "account.linked" : "account.declined", { connection: session.connection.id });
}

export async function notMe(deps: LaunchDeps, session: Session): Promise<void> {
  await unlink(deps, session);
  deps.log.info("account.unlinked", { connection: session.connection.id });
}

function requestOf(deps: LaunchDeps, pending: Pending, state: string): StaffSignInRequest {
  const { nonce, verifier, prompt } = pending;
  return { redirectUri: deps.publicUrl + "/signin/callback", state, nonce, verifier, prompt };
}

/** The fault's page leads back to the visit, which is still there. */
function withWayBack(error: unknown, launchId: string): unknown {
  if (!(error instanceof StaffSignInFault)) return asFault(error);
  const back = "/visits/" + launchId;
  const kind = error.reason === "other-tenant" ? "staff-account-other-tenant" : "staff-sign-in-failed";
  return new Fault({ kind, back }, { cause: error });
}
