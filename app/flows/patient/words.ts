import type { Person } from "../../domain/visit.ts";

/** What can keep a link from leading on. */
export type Obstacle = "unknown" | "over" | "cancelled" | "revoked" | "notOpened" | "trouble";

/** Everything patients and their guests read. Plain words; nothing names the clinician or the patient. */
export interface PatientWords {
  readonly title: string;
  readonly intro: Readonly<Record<Person["role"], string>>;
  readonly when: string;
  readonly where: string;
  readonly byVideo: (department: string) => string;
  readonly phone: string;
  readonly moved: { readonly title: string; readonly text: (before: string) => string };
  readonly join: string;
  /** On a page that is in between. */
  readonly open: string;
  readonly joinFrom: (time: string) => string;
  readonly joinAppears: string;
  readonly joinWithoutScript: string;
  readonly calendar: string;
  readonly calendarEntry: {
    readonly title: (name: string) => string;
    readonly text: (phone: string) => string;
  };
  readonly expect: { readonly title: string; readonly steps: readonly string[] };
  readonly check: CheckWords;
  readonly help: { readonly title: string; readonly text: string };
  readonly call: (name: string) => string;
  readonly emergency: string;
  readonly obstacles: Readonly<
    Record<Obstacle, { readonly title: string; readonly text: readonly string[] }>
  >;
  readonly browser: BrowserWords;
  readonly privacy: string;
}

/** The device check's words; the messages go to the script by these names, as data attributes. */
export interface CheckWords {
  readonly title: string;
  readonly intro: string;
  readonly withoutScript: string;
  readonly start: string;
  readonly stop: string;
  readonly preview: string;
  readonly camera: string;
  readonly microphone: string;
  readonly level: string;
  readonly messages: Readonly<Record<CheckMessage, string>>;
}

export type CheckMessage =
  | "starting"
  | "working"
  | "heard"
  | "stopped"
  | "noCamera"
  | "noMicrophone"
  | "denied"
  | "noneFound"
  | "inUse"
  | "insecure"
  | "unknown";

export interface BrowserWords {
  readonly title: (browsers: string) => string;
  readonly text: string;
  readonly inApp: string;
  readonly steps: (browsers: string) => readonly string[];
  readonly link: string;
  readonly copy: string;
  readonly copied: string;
  readonly anyway: string;
  readonly anywayNote: string;
  /** On the visit page, ahead of time. */
  readonly notice: { readonly title: string; readonly text: (browsers: string) => string };
}
