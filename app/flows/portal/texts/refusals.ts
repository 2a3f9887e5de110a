/** Why nothing was changed, in words for the page that says so. */

export interface Refusal {
  readonly title: string;
  readonly says: string;
}

export const LOCKED = {
  title: "Nothing was changed",
  says: "The stack file says who agreed to texts, and for which connections: sms. It is changed there.",
};
export const LIVE_LOCKED = {
  title: "Nothing was changed",
  says: "The stack file says whether texts are live: sms.live. It is changed there.",
};
export const STAFF_LOCKED = {
  title: "Nothing was changed",
  says: "The stack file lists the staff: staffRecipients. It is changed there.",
};
export const NUMBER_SAID = {
  title: "Nothing was bought",
  says: "This deployment gets its number another way: the stack file says so, under number or numbers.",
};
const STAYS = "The number was not given up";
export const STACKS_NUMBER = {
  title: STAYS,
  says: "The stack file says how this deployment gets its number, under number or numbers. What becomes of the number is changed there.",
};
export const NUMBER_MOVED = {
  title: STAYS,
  says: "This is not the number any more: somebody else was faster. Below is how it is now.",
};
export const NO_REASON = {
  title: STAYS,
  says: "Enter the reason: it is kept in the audit trail.",
};
export const NAMES_RECORD = {
  title: STAYS,
  says: "Leave ids of patients and appointments out of the reason: it is kept in the audit trail.",
};
export const NUMBER_THERE = {
  title: STAYS,
  says: "Communication Services still has this number, so nothing was changed and no other one can be generated: the hospital would pay for two. Release it first in the Azure portal: the Communication Services resource, Phone numbers. Then try again.",
};
export const NOT_LOOKED_UP = {
  title: STAYS,
  says: "Communication Services did not say whether it still has this number, so nothing was changed. Try again in a few minutes; the log’s event number.not_looked_up says why.",
};
export const NEVER_LIVE = {
  title: "Nothing was changed",
  says: "A test deployment writes to its listed staff alone, because test charts often hold copies of real patients.",
};
/**
 * Why a form that agrees to texts was not accepted. Where texts are agreed to already, somebody may have unticked something to
 * stop them, and is told that this does not.
 */
export const notAgreedTo =
  (lacks: keyof typeof LACKS) =>
  ({ connections, setting }: TextsStand): Refusal => {
    const isOn = connections.some((one) => one.isOn && one.isTexted);
    const isGiven = setting?.value.consents !== undefined;
    if (!isOn && !isGiven) return { title: "Texts stay off", says: `${LACKS[lacks]}, or leave texts off.` };
    const title = `Nothing was changed: ${isOn ? "texts are still on" : "the consents are still given"}`;
    return { title, says: `${LACKS[lacks]}.${isGiven ? " To stop texts, take the consents back." : ""}` };
  };

const LACKS = {
  consent: "Both consents are needed. Tick both",
  connection: "Tick at least one FHIR connection whose patients are texted",
} as const;

/** Which connections are texted now, and whether somebody has agreed to it. */
interface TextsStand {
  readonly connections: readonly { readonly isOn: boolean; readonly isTexted: boolean }[];
  readonly setting: { readonly value: { readonly consents?: object } } | undefined;
}

export const NOT_AGREED = {
  title: "Nothing was changed",
  says: "Nobody has agreed to texts yet. Agree to both consents first.",
};
export const NO_CONSENT = {
  title: "Texts are not live",
  says: "Nobody has agreed to texts yet. Agree to both consents first.",
};
export const NO_NUMBER = {
  title: "Nothing was changed",
  says: "There is no number yet that carriers could verify. Get the number first.",
};
export const MOVED = {
  title: "Nothing was changed",
  says: "Somebody else has changed it since the page was opened. Look at it as it is now, and do it again if it is still right.",
};
export const WAITS = {
  title: "Nothing was changed",
  says: "A change of texts waits for a second person already. Look at it under Approvals.",
};

/** What is refused for the reason that was typed is a fault of the form. */
const ABOUT_REASON: ReadonlySet<Refusal> = new Set([NO_REASON, NAMES_RECORD]);
export const givenBackStatus = (refusal: Refusal): 422 | 409 => (ABOUT_REASON.has(refusal) ? 422 : 409);
