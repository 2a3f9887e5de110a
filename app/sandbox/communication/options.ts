/** The stand-in's options: whose tokens it accepts, who may use it, and what Microsoft lets the tenant buy. */
import type { JWK } from "jose";
import type { EventsOptions } from "./events.ts";

export interface CommunicationOptions {
  /**
   * The sign-in authority that issues the callers' tokens: its issuer, and its public keys, which are read at each request.
   */
  readonly entra: { readonly issuer: string; readonly keys: () => Promise<readonly JWK[]> };
  /** Object ids of the holders of the role "Communication and Email Service Owner" on the resource. */
  readonly owners: readonly string[];
  /** Left out: the limits of a tenant that has not asked for more (one number, five searches a week). */
  readonly limits?: { readonly numbers: number; readonly searchesAWeek: number };
  /**
   * The rates that support has granted to the subscription. Left out: the initial rates of a number and of a domain of one's
   * own.
   */
  readonly rates?: {
    readonly segmentsAMinute: number;
    readonly mailsAMinute: number;
    readonly mailsAnHour: number;
  };
  /** Numbers to sell, in E.164. Left out: ten of each toll-free area code. */
  readonly stock?: readonly string[];
  /** Numbers that the resource owns from the beginning, in E.164. */
  readonly numbers?: readonly string[];
  /** Whether carriers have verified its numbers. Left out: they are verified. */
  readonly verified?: () => boolean;
  /** Addresses from which mails may be sent. */
  readonly mailSenders?: readonly string[];
  /** The people whose phones can be looked at: everybody with a number or a mail address. */
  readonly people?: () => Promise<readonly SandboxPhone[]>;
  /** Where Event Grid delivers reports and replies. Left out: there is no subscription. */
  readonly events?: EventsOptions;
}

export const USUAL_LIMITS = { numbers: 1, searchesAWeek: 5 } as const;

export const TOLL_FREE_AREA_CODES = ["800", "833", "844", "855", "866", "877", "888"] as const;

/** The numbers to sell. Those of the 555-01xx block belong to nobody. */
export function usualStock(): readonly string[] {
  return TOLL_FREE_AREA_CODES.flatMap((area) =>
    Array.from({ length: 10 }, (_, last) => `+1${area}555010${String(last)}`),
  );
}

export interface SandboxPhone {
  /** Id of the phone's page. Two charts may give the same number different names. */
  readonly id: string;
  readonly name: string;
  /** The chart that lists this phone, such as "test". */
  readonly chart: string;
  /** E.164 */
  readonly number?: string | undefined;
  readonly mail?: string | undefined;
}
