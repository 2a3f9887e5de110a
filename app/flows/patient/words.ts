/** The form of the words on patients' pages, which english.ts and spanish.ts fill. */
import type { EarlyWords } from "../../web/countdown.tsx";
import type { Platform } from "../../web/supportedBrowser.ts";
import type { JoiningRole } from "./link.ts";

/** The reasons for which a link does not lead on. */
export type Obstacle =
  "unknown" | "over" | "cancelled" | "doubted" | "revoked" | "deleted" | "notOpened" | "trouble";

type ForEachRole<T> = Readonly<Record<JoiningRole, T>>;

/** Everything that patients and their guests read. In plain words; nothing names the clinician or the patient. */
export interface PatientWords {
  readonly title: ForEachRole<string>;
  readonly when: string;
  /** How long the visit takes; shown after its time. */
  readonly takes: (minutes: number) => string;
  readonly where: string;
  readonly byVideo: (department: string) => string;
  /** Shown as long as the chart's change has not reached the connector. */
  readonly calledYou: string;
  readonly moved: { readonly title: string; readonly text: (before: string) => string };
  /** Shown while staff have said that they run late. Before the link opens, nothing may say that it opens already. */
  readonly late: {
    readonly title: string;
    readonly text: (clock: string, opens: "now" | "later") => string;
  };
  /** How long others waited in the department today; 0 minutes: hardly any time. */
  readonly waited: (minutes: number) => string;
  readonly join: string;
  /** The button of a page that stands between the link and the meeting. */
  readonly open: string;
  readonly early: EarlyWords;
  readonly calendar: string;
  readonly calendarEntry: {
    readonly title: (name: string) => string;
    readonly forTests: string;
    readonly text: (phone: string) => string;
  };
  readonly expect: {
    readonly title: string;
    readonly intro: ForEachRole<string>;
    readonly steps: ForEachRole<readonly string[]>;
    /** For those who work for the hospital: Teams lets its accounts in without a word to anybody. */
    readonly employees: string;
  };
  readonly check: CheckWords;
  readonly help: { readonly title: string; readonly text: string };
  readonly call: (name: string) => string;
  readonly emergency: string;
  readonly obstacles: Readonly<
    Record<Obstacle, { readonly title: string; readonly text: readonly string[] }>
  >;
  readonly browser: BrowserWords;
  /** The labels of what is printed in place of buttons. */
  readonly onPaper: { readonly link: string; readonly phone: string };
  readonly privacy: string;
}

/** The device check's words; the messages go to the script by these names, as data attributes. */
export interface CheckWords {
  readonly title: string;
  readonly intro: string;
  readonly withoutScript: string;
  readonly start: string;
  readonly stop: string;
  readonly sound: string;
  readonly preview: string;
  readonly camera: string;
  readonly microphone: string;
  readonly level: string;
  readonly messages: Readonly<Record<CheckMessage, string | ((device: Device) => string)>>;
}

/** The platform of the person's device, and the number they can call. */
export interface Device {
  readonly platform: Platform | undefined;
  readonly phone: string;
}

export type CheckMessage =
  | "starting"
  | "working"
  | "ready"
  | "readyToTalk"
  | "playing"
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
  readonly copyLink: string;
  readonly steps: (browsers: string) => readonly string[];
  readonly copy: string;
  readonly copied: string;
  readonly notCopied: string;
  readonly anyway: string;
  readonly anywayNote: string;
  /** The notice on the visit page, before it is time. */
  readonly notice: { readonly title: string; readonly text: (browsers: string) => string };
}
