/** The table of all that can keep somebody from a page of the portal, in words for administrators. */
import type { NotRecognized } from "../../ports/apiCallers.ts";
import type { CommonProblem, Words } from "../../web/fault.ts";
import type { FaultPageWords } from "../../web/faultPage.tsx";
import { signInTroubleWords } from "../../web/signInTrouble.ts";
import { portalPath, rolesAddress } from "./addresses.ts";
import { CONSENT_FAULTS } from "./consent/faultWords.ts";
import type { PortalProblem } from "./problems.ts";
import { mendWords, wrongWith } from "./unreadable.ts";
import { APP_ROLE_MISSING, DIRECTORY_ROLE_MISSING, holdersOf, named } from "./roleWords.ts";

interface Told extends FaultPageWords {
  readonly status: number;
}

const HOME = { address: portalPath("home"), says: "Go to the start page" };
const signInTo = (page: string, says = "Sign in") => ({
  back: { address: portalPath("signIn") + "?page=" + encodeURIComponent(page), says },
});
export const ANOTHER = { address: portalPath("signIn") + "?account=other", says: "Use another account" };

/** The next step where the sign-in does not list the account's directory roles. */
const rolesAsked = (page: string) => ({
  next: "If you are a Global Administrator, let the portal read your directory roles: Microsoft’s sign-in did not list them. Otherwise ask a Global Administrator of your hospital, to do it or to give you the role.",
  back: { address: rolesAddress(page), says: "I am a Global Administrator: read my directory roles" },
});

/** Why a token was refused. */
const REFUSED: Readonly<Record<NotRecognized, string>> = {
  malformed: "It is not an access token of Microsoft Entra, or lacks a claim.",
  algorithm: "It is signed in a way that Microsoft Entra does not use.",
  signature: "Microsoft Entra did not sign it.",
  "unknown-key": "Its key is not among those of Microsoft Entra, which are read again after half a minute.",
  "foreign-key": "It is signed by a key that is for other issuers.",
  expired: "Its time is over.",
  "not-yet-valid": "Its time has not come: compare the clocks.",
  issuer: "Another directory issued it.",
  tenant: "It is about another directory.",
  audience: "It is for another application.",
  version: "It is of another version than 2.0: the registration’s requestedAccessTokenVersion must be 2.",
  scope: "It is a person’s, and does not hold the scope access of this connector.",
  guest:
    "It is a guest’s, or does not say whether it is: the registration asks for the claims acct and idtyp.",
};

export const WORDS: Words<PortalProblem | CommonProblem, Told> = {
  "signed-out": ({ page }) => ({
    status: 401,
    title: "Sign in to the portal",
    happened: "Nobody is signed in to the portal in this browser.",
    next: "Sign in with your hospital account. The page that you asked for opens next.",
    ...signInTo(page),
  }),
  "session-idle": ({ page }) => ({
    status: 401,
    title: "You were signed out",
    happened:
      "Nobody used the portal in this browser for 30 minutes. What you had not saved was not changed.",
    next: "Sign in again to go on where you were.",
    ...signInTo(page, "Sign in again"),
  }),
  "role-missing": ({ needs, userName, isRoleUnknown, page }) => ({
    status: 403,
    title: "Your account has no role for this page",
    happened: `You are signed in as ${userName}. This page is for accounts with the role ${holdersOf(needs)}.`,
    ...(needs.every((right) => right === "decide") ? DIRECTORY_ROLE_MISSING : APP_ROLE_MISSING),
    ...(isRoleUnknown &&
      needs.some((right) => right === "configure" || right === "decide") &&
      rolesAsked(page)),
  }),
  "own-departments-unreadable": (unread) => ({
    status: 503,
    title: "Which departments you see cannot be read",
    happened: `An administrator has set it, but ${wrongWith(unread)}. Until it can be read, no visits and no reports are shown to you.`,
    next: "Tell an administrator of this portal. It opens again as soon as that row is mended; your account and your role need not be changed.",
    forIt: mendWords(unread, "in the portal, under Department managers"),
  }),
  "signed-in-as-another": ({ userName }) => ({
    status: 409,
    title: "Somebody else is signed in now",
    happened: `The page was shown to another account. Since then ${userName} has signed in to the portal in this browser. Nothing was changed.`,
    next: "If that is you and you want it done in your name, send it from here. Otherwise sign out, and sign in with your own account: what was entered has to be entered again then.",
  }),
  "sign-in-again": ({ page }) => ({
    status: 403,
    title: "Sign in once more",
    happened: "Only a Global Administrator may do this, and only within an hour of signing in.",
    next: "Sign in again.",
    ...signInTo(page, "Sign in again"),
  }),
  "token-missing": () => ({
    status: 401,
    title: "A token is needed",
    happened: "This address is for programs, which show a token of the hospital’s directory.",
    next: "Send it as Authorization: Bearer. Ask Entra for it with the resource api://, followed by the client id of this connector’s registration.",
  }),
  "token-refused": ({ why }) => ({
    status: 401,
    title: "The token proves nothing here",
    happened: REFUSED[why],
    next: "Ask Entra for a new one with the resource api://, followed by the client id of this connector’s registration.",
  }),
  "caller-role-missing": ({ needs }) => ({
    status: 403,
    title: "The caller has no role for this",
    happened: `Who asks here needs the role ${needs.includes("operate") ? named("operator") : holdersOf(needs)}.`,
    next: "Have the role given in Entra, under Enterprise applications; to who deploys, pulumi up gives it. Then ask for a new token.",
  }),
  "directory-failing": () => ({
    status: 503,
    title: "Microsoft cannot be asked",
    happened: "The keys that sign tokens could not be read, so nothing is known of yours.",
    next: "Try again in a minute.",
    forIt: "Find this reference in the log.",
  }),
  "not-vouched": ({ why }) => ({
    status: 409,
    title: "Not signed",
    happened: why,
    next: "Only what this deployment has tested itself is signed: bring the package to it, have its canary visit pass, then promote.",
  }),
  "account-other-tenant": () => ({
    status: 403,
    title: "This Microsoft account is not the hospital’s",
    happened: "You signed in with an account of another organization.",
    next: "Choose the account that the hospital gave you.",
    back: ANOTHER,
  }),
  "account-guest": () => ({
    status: 403,
    title: "This account is a guest’s",
    happened:
      "The hospital’s directory knows this account as a guest of another organization. The portal is for its own staff.",
    next: "Choose the account that the hospital gave you.",
    forIt:
      "Guests are not let in, whatever role they hold. If this person is staff, their account in Entra must be a member’s.",
    back: ANOTHER,
  }),
  "account-organizer": () => ({
    status: 403,
    title: "This account belongs to a department",
    happened: "You signed in with the account that owns a department’s meetings. It is nobody’s own.",
    next: "Choose the account that the hospital gave you.",
    back: ANOTHER,
  }),
  "account-unproven": () => ({
    status: 403,
    title: "Microsoft did not say whose account this is",
    happened:
      "The sign-in does not tell members of the hospital’s directory from guests, so nobody is let in.",
    next: "Have the app registration mended; your account need not be changed.",
    forIt:
      "In the app registration, Token configuration, add the optional claim acct to ID tokens. pulumi up does it for a registration that it made.",
  }),
  "sign-in-cancelled": ({ page }) => ({
    status: 403,
    title: "You did not sign in",
    happened: "You went back before Microsoft had signed you in.",
    next: "Sign in when you are ready.",
    ...signInTo(page),
  }),
  "roles-not-read": ({ page }) => ({
    status: 403,
    title: "Microsoft did not let the portal read your roles",
    happened: "Only an administrator of the directory can allow it. Nothing else has changed.",
    next: "Go back: you see what you saw before. Whoever is no Global Administrator asks one, to do it or to give the role.",
    back: { address: page, says: "Go back to the page" },
  }),
  "sign-in-failed": ({ page, ...failed }) => {
    const { mayBeTried, ...words } = signInTroubleWords(failed);
    return {
      status: 502,
      ...words,
      next: mayBeTried ? "Try again in a minute." : "Have it mended first: another try does not help before.",
      ...(mayBeTried && signInTo(page, "Try again")),
    };
  },
  "sign-in-late": () => ({
    status: 401,
    title: "This sign-in is no longer good",
    happened: "Signing in must be finished within 10 minutes; this one is older, or did not begin here.",
    next: "Begin again from the start page.",
    back: HOME,
  }),
  "sign-in-used": () => ({
    status: 409,
    title: "This sign-in was already used",
    happened: "A sign-in works once. Going back or reloading cannot use it again.",
    next: "You may be signed in already: go to the start page.",
    back: HOME,
  }),
  "sign-in-other-browser": () => ({
    status: 403,
    title: "This sign-in began in another browser",
    happened: "Microsoft’s answer came to a browser that did not begin, so it was not accepted.",
    next: "Begin again from the start page, and stay in one browser.",
    forIt: "If it happens every time, the browser blocks first-party cookies.",
    back: HOME,
  }),
  ...CONSENT_FAULTS,
  "too-much-to-keep": () => ({
    status: 413,
    title: "This is too much for one change",
    happened:
      "The setting, with its event in the audit trail, would be more than the store takes at once. Nothing was changed.",
    next: "Go back and change less at once, such as fewer connections. What concerns thousands of connections can be said in the stack file.",
  }),
  "store-failing": () => ({
    status: 503,
    title: "The connector cannot use its store",
    happened: "Settings could not be read or written just now. Visits that were opened go on.",
    next: "Look at this page again in a minute. If you were saving something, see whether it was saved before you save it again.",
    forIt:
      "Find this page’s reference in the log: its cause names the store and what to do. /readyz says it, too.",
  }),
  "not-found": () => ({
    status: 404,
    title: "This page does not exist",
    happened: "The address may be cut off, or what it named was removed.",
    next: "Go to the start page and find it from there.",
    back: HOME,
  }),
  "not-same-origin": () => ({
    status: 403,
    title: "This was not sent from our page",
    happened: "Nothing was changed.",
    next: "Open the page in the portal and send it from there.",
    back: HOME,
  }),
  "too-many-requests": () => ({
    status: 429,
    title: "Too many tries at once",
    happened: "Many requests came in a short time, so this one was not carried out.",
    next: "Wait a minute, then try again.",
  }),
  "request-unreadable": () => ({
    status: 400,
    title: "This request could not be read",
    happened: "What the browser sent was cut off or too large. Nothing was changed.",
    next: "Go back, reload the page, and send it again.",
  }),
  "request-too-large": () => ({
    status: 413,
    title: "This was too much at once",
    happened: "The browser sent more than this page asks for. Nothing was changed.",
    next: "Go back, and send less.",
  }),
  unexpected: () => ({
    status: 500,
    title: "Something went wrong here",
    happened: "The fault is ours, not yours. It has been logged.",
    next: "Try again in a minute.",
    forIt: "Find this page’s reference in the log.",
  }),
};
