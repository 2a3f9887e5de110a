import type { Unwritten } from "../../domain/found.ts";
import type { Language } from "../../web/language.ts";
import type { OpenVisit } from "./opened.ts";
import type { Said } from "./said.ts";
import type { Sending } from "./sending.ts";
import type { Waiting } from "./waiting.ts";

/** What the visit's page shows. */
export interface VisitView {
  /** Address of this page. */
  readonly base: string;
  readonly open: OpenVisit;
  /** Undefined before the one-time sign-in; without a name when the directory does not tell. */
  readonly account: { readonly name: string | undefined; readonly userName: string | undefined } | undefined;
  /** Each person's link, whole. */
  readonly links: ReadonlyMap<number, string>;
  /** To paste where the hospital writes to the patient; empty where there is none. */
  readonly messages: Readonly<Record<Language, string>>;
  /** For the form that invites: sent twice, it invites once. */
  readonly invitation: string;
  /** How links can be sent, and what was sent about the visit. */
  readonly sending: Sending;
  readonly opensAt: Date;
  readonly closesAt: Date;
  readonly now: Date;
  readonly waiting: Waiting;
  /** Why the chart does not say that the patient has come, or that the visit is over, where it was to. */
  readonly unwritten?: Unwritten;
  /** What was just done. */
  readonly said?: Said;
}
