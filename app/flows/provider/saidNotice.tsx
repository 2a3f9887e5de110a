/**
 * Says what was just done, where the person clicked: keyboard focus starts from there, and screen readers read
 * it out.
 */
import { wasDone, type Said } from "./said.ts";

const WORDS: Readonly<Record<Said["kind"], string>> = {
  "link-renewed": "The old link is off. Send the new one.",
  "link-off":
    "The old link is off for good. All links of this visit are closed now: the new one is here once you open them again.",
  "link-off-doubted":
    "The old link is off for good. The new one is here once the chart says whose this visit is.",
  "guest-invited": "A link was made. Send it to that person only.",
  "guest-removed": "Removed. That link does not open any more.",
  "late-said": "Done. The patient’s page now says that you are running late.",
  "late-said-untexted":
    "Done. The patient’s page now says that you are running late. A text about it could not be asked for now: call, or take it back and say it again.",
  "late-said-before": "You had said that already. Nothing was changed.",
  "late-said-since":
    "You have said since then that you are running late. That still stands: nothing was changed.",
  "late-taken-back": "Taken back. The patient’s page no longer says that you are running late.",
  "late-not-now":
    "Not said: patients can be told that you are late from 45 minutes before the start until the links close.",
  "messages-held":
    "Done. The connector writes nothing more to the patient by itself, until you let its messages go. What had left before that cannot be called back.",
  "messages-held-before": "They were held back already. Nothing was changed.",
  "messages-let-go":
    "Done. The connector writes to the patient by itself again: what is still to be told goes within a few minutes.",
  "messages-held-since":
    "Messages have been held back anew since then. That still stands: nothing was changed.",
  "links-closed": "Links closed. Nobody new can join.",
  "links-opened": "The links work again.",
  "links-opened-not-meeting":
    "The links are open again, but Teams still keeps the meeting closed: see the top of this page.",
  "account-linked": "Your Microsoft account is linked.",
  "account-for-now":
    "You join with this account from this page. It is not linked for other visits: another version of this connector has kept which account is yours, and the one that runs now cannot read that. Tell your IT help desk.",
  "account-unlinked": "The Microsoft account is no longer linked.",
  "account-outdated": "That question was answered already. Nothing was changed.",
  "account-other": "Another Microsoft account is linked by now. Nothing was changed.",
  "not-signed-in": "You did not sign in. Nothing was changed.",
  "other-visit": "Another visit is open here now. Nothing was changed.",
  "visit-moved": "Not done, because this visit was moved after your page was loaded.",
  "links-anew":
    "Not done: all links of this visit were replaced after your page was loaded, as when the chart gives it to another patient. See whose visit it is, and do it again here if you still mean it.",
  "none-picked": "No visit is picked here any more, so nothing was changed. Pick one first.",
  "link-replaced": "That link was replaced before. Nothing was changed: this page has the newest links.",
  "guest-gone": "That guest was removed before, and their link is off. Nothing was changed.",
  "link-of-chart":
    "That link is the chart’s own: it is neither replaced, removed nor sent from here. Nothing was changed.",
  "links-not-open":
    "Not done: the links of this visit were closed meanwhile. Open them again first, if the visit goes on.",
  "links-over":
    "Not done: the links of this visit have closed, because its time is over. A new link would not open, either.",
  "links-doubted":
    "Not done: the chart does not say whose this visit is. Until it does, no link leads into the visit, and nobody is told anything: call.",
  "links-unread":
    "Not done, and the old link works on: another version of this connector has kept which links of this visit are good, and the one that runs now cannot change that. To keep everybody out, close the links. Tell your IT help desk.",
  "link-sent": "Handed over. Reload this page in a minute to see whether it arrived.",
  "link-perhaps-sent": "Perhaps sent: the answer was lost. It is not sent again by itself.",
  "link-not-sent": "Not sent. The reason is below.",
  "link-sent-before": "That was sent before, or from another page. Nothing more was sent.",
  "link-sent-often": "Three were sent within an hour, which is the most. Nothing more was sent.",
  "link-visit-often":
    "Links of this visit were sent or tried as often as is allowed within an hour. Nothing more was sent. Copy the link, or try again later.",
  "link-too-many":
    "1000 messages about this visit are on record, which is the most. Nothing more can be sent from here: copy the link.",
  "link-to-other": "Not sent: the chart has another number or address by now. This page shows it.",
  "link-to-nobody":
    "Not sent: that is no mobile number of the United States, Canada or Puerto Rico, and no e-mail address.",
  "link-to-two":
    "Not sent: you typed a number or address and picked another one. Empty the field, or pick what you typed.",
  "link-sent-unknown":
    "Not sent: what was sent about this visit cannot be read now, so the same might be sent twice. Copy the link instead.",
  "link-sending-off": "Not sent: links are not sent from here any more. Copy the link instead.",
  "visit-chosen": "This is the visit that you picked.",
};

/** @param props.also what else is to be known of it */
export function SaidNotice({ said, also }: { readonly said: Said; readonly also?: string | undefined }) {
  return (
    <p id="said" class={wasDone(said) ? "said" : "said not-done"} role="status" tabIndex={-1} autofocus>
      {WORDS[said.kind]}
      {also !== undefined && " " + also}
      {said.typed !== undefined && ` You had typed: ${said.typed}`}
    </p>
  );
}
