/** Mails to patients and staff. */
import type { Handover } from "./texts.ts";

export interface MailToSend {
  /** A GUID of ours, by which its fate can be asked; delivery reports name it. */
  readonly id: string;
  /** Address of the hospital's own domain, or of Azure's. */
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly plain: string;
  readonly html: string;
  /** An iCalendar file. */
  readonly calendar: string;
}

export interface Mail {
  /** Hands one mail over, once. Never throws for what the vendor or the network does. */
  send(mail: MailToSend, signal?: AbortSignal): Promise<Handover>;
  /** Asked before a mail is repeated whose answer was lost. */
  fateOf(id: string, signal?: AbortSignal): Promise<Fate>;
}

/** `absent`: the vendor never got it, so it may be sent. */
export type Fate = Handover | { readonly kind: "absent" };
