import type { JWK } from "jose";
import type { EventsOptions } from "./events.ts";

/** What the stand-in is told: whose tokens it takes, who may use it, and what Microsoft lets the tenant buy. */
export interface CommunicationOptions {
  /** The sign-in authority that issues the callers' tokens: its issuer and, asked at each request, its public keys. */
  readonly entra: { readonly issuer: string; readonly keys: () => Promise<readonly JWK[]> };
  /** Object ids that hold "Communication and Email Service Owner" on the resource. */
  readonly owners: readonly string[];
  /** Left out: what a tenant has that has not asked for more (one number, five searches a week). */
  readonly limits?: { readonly numbers: number; readonly searchesAWeek: number };
  /** What support has agreed to for the subscription. Left out: what a number, and a domain of one's own, begin with. */
  readonly rates?: {
    readonly segmentsAMinute: number;
    readonly mailsAMinute: number;
    readonly mailsAnHour: number;
  };
  /** Numbers to sell, in E.164. Left out: ten of each toll-free area code. */
  readonly stock?: readonly string[];
  /** Numbers that the resource has from the beginning, in E.164. */
  readonly numbers?: readonly string[];
  /** Whether carriers have verified its numbers. Left out: they have. */
  readonly verified?: () => boolean;
  /** Addresses that mails may come from. */
  readonly mailSenders?: readonly string[];
  /** Who has a phone that can be looked at: everybody with a number or a mail address. */
  readonly people?: () => Promise<readonly SandboxPhone[]>;
  /** Where Event Grid brings reports and replies. Left out: nobody has subscribed. */
  readonly events?: EventsOptions;
}

export const USUAL_LIMITS = { numbers: 1, searchesAWeek: 5 } as const;

export const TOLL_FREE_AREA_CODES = ["800", "833", "844", "855", "866", "877", "888"] as const;

/** The 555-01xx block belongs to nobody. */
export function usualStock(): readonly string[] {
  return TOLL_FREE_AREA_CODES.flatMap((area) =>
    Array.from({ length: 10 }, (_, last) => `+1${area}555010${String(last)}`),
  );
}

export interface SandboxPhone {
  /** Of its page: two charts may know the same number by two names. */
  readonly id: string;
  readonly name: string;
  /** Whose chart says so, such as "test". */
  readonly chart: string;
  /** E.164 */
  readonly number?: string | undefined;
  readonly mail?: string | undefined;
}
