/** Signing in to the portal: at Microsoft, with an account that the token proves to be a member's of the hospital's directory. */
import { PATHS } from "../../domain/addresses.ts";
import { StaffSignInFault } from "../../ports/staffSignIn.ts";
import type { Administrator } from "../../records/portalSessions.ts";
import { Fault } from "../../web/fault.ts";
import { readCookie, setCookie } from "../../web/cookies.ts";
import type { Beginning, MicrosoftSignIn, SignInAnswer } from "../../web/microsoftSignIn.ts";
import { parametersOf } from "../../web/parameters.ts";
import { failedBy, lacksConsent } from "../../web/signInTrouble.ts";
import { hashed, newSecret } from "../../web/secrets.ts";
import { PORTAL_COOKIE, type Asked } from "./access.ts";
import type { PortalPicks } from "./parts.ts";
import { fault } from "./problems.ts";
import { isRefusal, type SignInTrail } from "./signInTrail.ts";

/** Sends the person to Microsoft, and afterwards back to the page that they came for. */
export async function beginSignIn(
  microsoftSignIn: MicrosoftSignIn,
  { request, response }: Asked,
): Promise<void> {
  const asked = parametersOf(request);
  const page = pageOfOurs(asked.get("page"));
  const prompt = PROMPTS.get(asked.get("account") ?? "") ?? "none";
  try {
    await microsoftSignIn.begin(response, "portal", { page, prompt });
  } catch (error) {
    throw error instanceof StaffSignInFault ? signInFault(error, { page, prompt }) : error;
  }
}

/**
 * How Microsoft asks, by the link's `account`: for another account, for the same one once more, or for its directory roles.
 */
const PROMPTS: ReadonlyMap<string, "select" | "again" | "roles"> = new Map([
  ["other", "select"],
  ["again", "again"],
  ["roles", "roles"],
]);

/** Anybody can write an address, so only pages of the portal are accepted as a way back. */
function pageOfOurs(page: string | null): string {
  return page !== null && /^\/portal(?:\/[\w/.-]*)?(?:\?[\w=&.%-]*)?$/.test(page) && !/\/\/|\.\./.test(page)
    ? page
    : PATHS.portal;
}

/** @throws Fault */
export async function endSignIn(
  {
    portalSessions,
    trail,
    log,
  }: Pick<PortalPicks, "portalSessions" | "log"> & { readonly trail: SignInTrail },
  answer: SignInAnswer<"portal">,
  { request, response }: Asked,
): Promise<void> {
  const { administrator, page } = await signedInOrTold(trail, answer);
  await trail.letIn(administrator);
  const before = readCookie(request, PORTAL_COOKIE);
  if (before !== undefined) await portalSessions.end(hashed(before));
  const secret = newSecret();
  await portalSessions.start(hashed(secret), administrator);
  setCookie(response, PORTAL_COOKIE, secret);
  log.info("portal.signed_in");
  response.redirect(303, page);
}

async function signedInOrTold(trail: SignInTrail, answer: SignInAnswer<"portal">) {
  try {
    return signedIn(answer);
  } catch (error) {
    const kind = error instanceof Fault ? String(error.kind) : "";
    if (isRefusal(kind)) await trail.refused(kind);
    throw error;
  }
}

function signedIn(answer: SignInAnswer<"portal">): { administrator: Administrator; page: string } {
  switch (answer.kind) {
    case "signed-in": {
      const { isProvenMember, ...administrator } = answer.account;
      if (!isProvenMember) throw fault({ kind: "account-unproven" });
      return { administrator, page: answer.begun.page };
    }
    case "not-a-members":
      throw fault({ kind: answer.whose === "guest" ? "account-guest" : "account-organizer" });
    case "failed":
      throw signInFault(answer.fault, answer.begun);
    case "unknown":
      throw fault({ kind: "sign-in-late" });
    case "used":
      throw fault({ kind: "sign-in-used" });
    case "other-browser":
      throw fault({ kind: "sign-in-other-browser" });
  }
}

/** The fault for a failed sign-in. If a person declined, or may not consent to what only they were asked, no cause is logged. */
function signInFault(cause: StaffSignInFault, { page, prompt }: Beginning<"portal">) {
  if (prompt === "roles" && (cause.reason === "declined" || lacksConsent(cause)))
    return fault({ kind: "roles-not-read", page });
  switch (cause.reason) {
    case "other-tenant":
      return fault({ kind: "account-other-tenant" }, { cause });
    case "declined":
      return fault({ kind: "sign-in-cancelled", page });
    default:
      return fault({ kind: "sign-in-failed", page, ...failedBy(cause.reason, cause) }, { cause });
  }
}
