/** Which numbers are held, by whom, and until when. */
import { CommunicationError, badRequest } from "./communicationError.ts";
import type { FaultMenu } from "./faults.ts";
import { USUAL_LIMITS, usualStock, type CommunicationOptions } from "./options.ts";
import type { Ledger, Capabilities, ReservedNumber } from "./shapes.ts";

export const HOLD_MILLISECONDS = 15 * 60_000;
const WEEK_MILLISECONDS = 7 * 86_400_000;

/** What the stand-in's parts share. */
export interface NumberInventory {
  readonly ledger: Ledger;
  readonly options: CommunicationOptions;
  readonly faults: FaultMenu;
  readonly now: () => Date;
}

/** Numbers in E.164 form that nobody holds. */
export function available(inventory: NumberInventory): readonly string[] {
  if (inventory.faults.current().stock === "none") return [];
  const held = new Set([
    ...inventory.ledger.purchased.map(({ id }) => id),
    ...inventory.ledger.searches.flatMap(({ state, numbers }) =>
      ["running", "held", "submitted"].includes(state) ? numbers.map(idOf) : [],
    ),
    ...inventory.ledger.reservations.flatMap(({ status, numbers }) =>
      ["active", "submitted"].includes(status) ? numbers.filter(isHeld).map(({ id }) => id) : [],
    ),
  ]);
  return (inventory.options.stock ?? usualStock()).filter((number) => !held.has(idOf(number)));
}

export const isHeld = ({ status }: ReservedNumber) => status === "reserved";
export const idOf = (number: string) => number.replace(/^\+/, "");

/** Ends the holds that have run out; called before every request is answered. */
export function expire({ ledger, now }: NumberInventory): void {
  for (const search of ledger.searches)
    if (search.state === "held" && new Date(search.expiresAt) <= now()) search.state = "failed";
  for (const reservation of ledger.reservations)
    if (reservation.status === "active" && new Date(reservation.expiresAt) <= now()) {
      reservation.status = "expired";
      for (const number of reservation.numbers.filter(isHeld)) number.status = "expired";
    }
}

const NO_PLANS = {
  innererror: {
    code: "BadRequest",
    message: "We are unable to find phone plans to match your requested capabilities.",
  },
};

/**
 * Refuses what is not sold: in the United States only toll-free numbers can text, and numbers for persons are not offered.
 */
export function refuseUnsold(
  countryCode: string,
  wanted: {
    readonly phoneNumberType: string;
    readonly assignmentType: string;
    readonly capabilities: Pick<Capabilities, "sms">;
  },
): void {
  if (countryCode !== "US") throw badRequest(`The country ${countryCode} is not supported.`);
  if (wanted.phoneNumberType !== "tollFree" || wanted.assignmentType !== "application")
    throw new CommunicationError(
      400,
      "InternalError",
      "The server encountered an internal error.",
      {},
      NO_PLANS,
    );
  if (wanted.capabilities.sms === "inbound")
    throw badRequest("The capabilities are not available for this offering.");
}

/** @throws CommunicationError when the tenant has used up its searches */
export function countSearch({ ledger, options, now }: NumberInventory): void {
  const since = now().getTime() - WEEK_MILLISECONDS;
  const recent = ledger.searchedAt.filter((at) => Date.parse(at) > since);
  if (recent.length >= (options.limits ?? USUAL_LIMITS).searchesAWeek)
    throw new CommunicationError(429, "TooManyRequests", "The limit of number searches a week is reached.");
  ledger.searchedAt = [...recent, now().toISOString()];
}

/** @throws CommunicationError when the tenant would have more numbers than it may, those being bought included */
export function refuseOverLimit({ ledger, options }: NumberInventory, more: number): void {
  const coming =
    ledger.searches.filter(({ state }) => state === "submitted").flatMap(({ numbers }) => numbers).length +
    ledger.reservations.filter(({ status }) => status === "submitted").flatMap(({ numbers }) => numbers)
      .length;
  if (ledger.purchased.length + coming + more > (options.limits ?? USUAL_LIMITS).numbers)
    throw new CommunicationError(
      429,
      "PhoneNumberPurchaseLimitReached",
      "The limit of phone numbers for this tenant is reached.",
    );
}
