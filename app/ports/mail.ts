/** Mails to patients and staff. */
import type { Handover } from "./texts.ts";

export interface MailToSend {
  /** A GUID of ours. The mail's fate can be asked for by it, and delivery reports name it. */
  readonly id: string;
  /** A sender address of the hospital's own domain, or of Azure's. */
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly plain: string;
  readonly html: string;
  /** The content of an iCalendar file. */
  readonly calendar: string;
}

export interface Mail {
  /** Hands one mail over, once. Never rejects for a failure of the vendor or the network. */
  send(mail: MailToSend, signal?: AbortSignal): Promise<Handover>;
  /** What became of a mail whose answer was lost. This is asked before the mail is sent again. */
  fateOf(id: string, signal?: AbortSignal): Promise<Fate>;
}

/** What became of a mail. `absent`: the vendor never received it, so it may be sent. */
export type Fate = Handover | { readonly kind: "absent" };
