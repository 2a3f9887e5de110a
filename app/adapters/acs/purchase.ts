/**
 * Buying one number. A purchase can be resumed at any step by any process, and processes that run it at the same time buy
 * one number together.
 */
import type { PhoneNumbersReservation } from "@azure/communication-phone-numbers";
import { ask, type Line } from "./ask.ts";
import { reservationId, fill, held, numbersIn, readReservation, settle } from "./reservation.ts";
import { answerOf, numberFault, purchaseFault } from "./numberFault.ts";
import { isOfWebPage } from "../wire/page.ts";
import { NumberFault, type OwnedNumber, type PurchaseStep, type WantedNumber } from "../../ports/numbers.ts";

const POLL_MILLISECONDS = 5_000;
const POLLS = 120;
const LISTINGS = 24;
/**
 * A reservation that completed longer ago than this does not belong to the current purchase; its number has been released
 * since.
 */
const RECENT_MILLISECONDS = 3_600_000;
/** How many reservations are tried. Azure forgets a reservation after a month, and each run uses up at most one. */
const RESERVATIONS = 100;

export interface Purchase {
  readonly line: Line;
  readonly wanted: WantedNumber;
  readonly progress: (step: PurchaseStep) => void;
  /** The number that is to be adopted, if one exists by now. */
  readonly owned: () => Promise<OwnedNumber | undefined>;
}

/** @throws NumberFault */
export async function buy(purchase: Purchase): Promise<OwnedNumber> {
  for (let attempt = 0; attempt < RESERVATIONS; attempt++) {
    const id = reservationId(purchase.line.endpoint, purchase.wanted, attempt);
    const number = await buyBy(purchase, id);
    if (number !== undefined) return number;
  }
  throw numberFault("refused", "a hundred reservations of this month were used up");
}

/**
 * Buys by one reservation. Undefined when the reservation is used up: it expired, its purchase failed earlier, or its number
 * has been released.
 */
async function buyBy(purchase: Purchase, id: string): Promise<OwnedNumber | undefined> {
  const { line, wanted, progress } = purchase;
  let reservation = await readReservation(line, id);
  if (reservation?.status === "expired") progress("expired");
  if (reservation === undefined || (reservation.status === "active" && held(reservation).length === 0)) {
    progress("looking");
    await fill(line, id, wanted);
    reservation = await readReservation(line, id);
  }
  if (reservation?.status === "active") {
    progress("reserved");
    reservation = await settle(line, id);
  }
  const isOurs = reservation?.status === "active" && held(reservation).length === 1;
  if (isOurs) {
    const meanwhile = await purchase.owned();
    if (meanwhile !== undefined) return meanwhile;
    progress("buying");
    const bought = await order(purchase, id);
    if (bought !== undefined) return bought;
  }
  return outcome(purchase, await watch(purchase, id), isOurs);
}

/** Places the order. A number is returned when somebody has meanwhile bought one in another way. */
async function order({ line, owned }: Purchase, id: string): Promise<OwnedNumber | undefined> {
  try {
    await ask(line, (abortSignal) =>
      line.client.beginReservationPurchase(id, { agreeToNotResell: true, abortSignal }),
    );
  } catch (error) {
    if (!(error instanceof NumberFault) || isOfWebPage(error.cause)) throw error;
    const { status, code } = answerOf(error.cause);
    // The order was placed already: by another run, or by this one before its connection broke.
    if (status === 409) return undefined;
    if (status !== 429) throw error;
    const theirs = await owned();
    if (theirs === undefined) throw numberFault("limit", code, { cause: error });
    return theirs;
  }
  return undefined;
}

/** Waits until the reservation's purchase is over, and returns the reservation. */
async function watch({ line, progress }: Purchase, id: string): Promise<PhoneNumbersReservation | undefined> {
  for (let poll = 1; poll <= POLLS; poll++) {
    const reservation = await readReservation(line, id);
    if (reservation?.status !== "submitted") return reservation;
    progress("buying");
    await line.wait(POLL_MILLISECONDS, line.signal);
  }
  throw numberFault("unfinished");
}

async function outcome(
  { line, owned, progress }: Purchase,
  reservation: PhoneNumbersReservation | undefined,
  isOurs: boolean,
): Promise<OwnedNumber | undefined> {
  if (reservation?.status === "active") throw numberFault("unfinished");
  if (reservation?.status !== "completed") return undefined;
  if (numbersIn(reservation, "purchased").length === 0) {
    const [failed] = numbersIn(reservation, "error");
    if (isOurs) throw purchaseFault(failed?.error?.code ?? "PurchaseFailed");
    return undefined;
  }
  for (let listing = 1; listing <= LISTINGS; listing++) {
    const number = await owned();
    if (number !== undefined) {
      progress("bought");
      return number;
    }
    if (!isRecent(reservation, line.now())) return undefined;
    await line.wait(POLL_MILLISECONDS, line.signal);
  }
  throw numberFault("unfinished");
}

function isRecent({ expiresAt }: PhoneNumbersReservation, now: Date): boolean {
  return expiresAt === undefined || now.getTime() - expiresAt.getTime() < RECENT_MILLISECONDS;
}
