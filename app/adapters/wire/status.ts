/**
 * What a status says, whichever vendor answers with it. A service that cannot answer now is told otherwise than one that
 * refuses, because nobody has to mend what passes by itself.
 */

/**
 * Whether a status says that this cannot be answered now: the service fails (from 500 on), or asks to be asked later, by 408,
 * 425 or 429. https://www.rfc-editor.org/rfc/rfc9110#section-15.5.9, https://www.rfc-editor.org/rfc/rfc8470#section-5.2,
 * https://www.rfc-editor.org/rfc/rfc6585#section-4
 */
export const isNotNow = (status: number): boolean => status >= 500 || ASKS_LATER.has(status);

/**
 * Whether a status says that nothing was done of what was asked for, so that even what may be done once only is repeated: the
 * service takes too many requests, or takes none that may be a repetition. A 408 may come from a gateway that waited in vain.
 */
export const saysNothingDone = (status: number): boolean => NOTHING_DONE.has(status);

/** Whether it may have passed a moment later, so that a read is repeated. A 500 says nothing of that. */
export const passesSoon = (status: number): boolean => ASKS_LATER.has(status) || BETWEEN.has(status);

const ASKS_LATER = new Set([408, 425, 429]);
const NOTHING_DONE = new Set([425, 429]);
/** A gateway without its service, and a service that is full or being restarted. */
const BETWEEN = new Set([502, 503, 504]);
