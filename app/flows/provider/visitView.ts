/** What the visit's page shows. */
import type { Unwritten } from "../../domain/found.ts";
import type { Language } from "../../web/language.ts";
import type { Lateness } from "./runningLate.ts";
import type { OpenVisit } from "./opened.ts";
import type { OptionalPart } from "./optional.ts";
import type { Said } from "./said.ts";
import type { Sending } from "./sending.ts";
import type { Unasked } from "./unasked.ts";
import type { Waiting } from "./waiting.ts";

export interface VisitView {
  /** Address of this page. */
  readonly base: string;
  readonly open: OpenVisit;
  /**
   * The linked Microsoft account. Undefined before the one-time sign-in; without a name where the directory does not give
   * one.
   */
  readonly account:
    | { readonly id: string; readonly name: string | undefined; readonly userName: string | undefined }
    | undefined;
  /** Each person's whole link, by the person's number. */
  readonly links: ReadonlyMap<number, string>;
  /** Messages to paste where the hospital writes to the patient; empty where there is no patient. */
  readonly messages: Readonly<Record<Language, string>>;
  /** Names the invitation of this page's form: sent twice, it invites once. */
  readonly invitation: string;
  /** Where messages go that bring the patient's link unasked; absent where none does. */
  readonly unasked?: Unasked;
  /** Whether there may be messages that go unasked, which can be held back. */
  readonly isHoldable: boolean;
  /** How links can be sent, and what was sent about the visit. */
  readonly sending: Sending;
  readonly opensAt: Date;
  readonly closesAt: Date;
  readonly now: Date;
  /** Whether Teams keeps the meeting closed, or may do so, although the visit takes place. */
  readonly isMeetingClosed: boolean;
  /** Whether the clinician picked this visit among several. */
  readonly isPicked: boolean;
  readonly waiting: Waiting;
  readonly lateness: Lateness;
  /** What could not be read of this page, which is shown without it. */
  readonly missing: ReadonlySet<OptionalPart>;
  /** Why the chart does not say that the patient has come, or that the visit is over, although it should. */
  readonly unwritten?: Unwritten;
  /** What was just done. */
  readonly said?: Said;
}
