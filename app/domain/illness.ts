/**
 * How a vendor's server answered that it cannot serve now: by failing, or by asking to come back later. A server that does
 * not answer at all has neither, and people are told each in other words, because each is mended by somebody else.
 */
export type Illness = "error" | "busy";

/**
 * The illness that an answer tells of, by its status (adapters/wire/status.ts). Too many requests (RFC 6585, section 4), and a
 * service that says when it is to be asked again (RFC 9110, section 15.6.4), ask to slow down.
 */
export const illnessOf = (status: number, says: { readonly whenAgain: boolean }): Illness =>
  status === 429 || (status === 503 && says.whenAgain) ? "busy" : "error";

/** A problem's member, absent where nothing was answered. */
export const answered = (illness: Illness | undefined): { readonly answered?: Illness } =>
  illness === undefined ? {} : { answered: illness };
