import type { Router } from "express";
import type { CallerAddress } from "./callerAddress.ts";
import type { MicrosoftSignIn } from "./microsoftSignIn.ts";
import type { RenderPage } from "./page.tsx";

/** What the server gives each flow beside the parts that it picks. */
export interface House {
  readonly renderPage: RenderPage;
  readonly caller: CallerAddress;
  readonly microsoftSignIn: MicrosoftSignIn;
}

/** What people and programs do here, as the process needs to know it. */
export interface Flow {
  /** Its addresses, whole. Whatever is thrown in it becomes a page in its own words. */
  readonly routes: Router;
  /** What it does by itself. */
  readonly jobs: readonly Job[];
  /** How what it depends on stands now, for administrators. */
  readonly checks: () => Promise<readonly Check[]>;
}

/** Work that comes round; it is done at the start, too. What fails is logged, and tried when it comes round again. */
export interface Job {
  readonly name: string;
  /** A process that takes no background work, such as the staging slot's, still does what only concerns itself. */
  readonly concerns: "this-process" | "everybody";
  readonly everySeconds: number;
  readonly run: () => Promise<void>;
}

export interface Check {
  /** What is checked: "connection". */
  readonly name: string;
  /** Which one of them, by its id. */
  readonly of?: string;
  /** Why it is not well, in words for an administrator; absent when it is. */
  readonly fault?: string;
}
