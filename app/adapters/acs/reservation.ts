/**
 * The reservation by which a phone number is bought. Its id is computed from what is wanted, so a purchase that is run
 * again, on any machine, finds what was reserved or bought before. Nothing has to be stored besides what Communication
 * Services stores.
 */
import type { AvailablePhoneNumber, PhoneNumbersReservation } from "@azure/communication-phone-numbers";
import { createHash } from "node:crypto";
import { ask, once, type Line } from "./ask.ts";
import { answerOf, numberFault, refusalOf } from "./numberFault.ts";
import { isOfWebPage } from "../wire/page.ts";
import { uuidOf } from "../../domain/uuid.ts";
import { NumberFault, type WantedNumber } from "../../ports/numbers.ts";

/** A run may write the reservation only within this time after it has read that there is none. */
const WRITE_MILLISECONDS = 10_000;
/**
 * A run buys only when this time has passed since it read a reservation. By then no other run still writes, so runs at the
 * same time buy one number together.
 */
const SETTLE_MILLISECONDS = 20_000;
const FILLS = 5;
const AGAIN_MILLISECONDS = 2_000;

/**
 * The UUID of a reservation. Attempts are counted from 0; a reservation that expired or failed is followed by the next
 * attempt.
 */
export function reservationId(
  endpoint: string,
  { countryCode, phoneNumberType }: WantedNumber,
  attempt: number,
): string {
  const seed = [new URL(endpoint).host, countryCode, phoneNumberType, attempt].join(" ");
  // Version 8 of RFC 9562, section 5.8, is for ids that are computed in one's own way.
  return uuidOf(createHash("sha256").update(seed).digest("hex"), 8);
}

export async function readReservation(line: Line, id: string): Promise<PhoneNumbersReservation | undefined> {
  try {
    return await ask(line, (abortSignal) => asked(line, id, abortSignal));
  } catch (error) {
    if (error instanceof NumberFault && error.kind === "missing") return undefined;
    throw error;
  }
}

/** Somebody in between may answer with a success, too, which the SDK takes for a reservation that lacks all of its members. */
async function asked(line: Line, id: string, abortSignal: AbortSignal): Promise<PhoneNumbersReservation> {
  const reservation = await line.client.getReservation(id, { abortSignal });
  if (reservation.status === undefined) throw new Error("The answer is not a reservation.");
  return reservation;
}

/** Puts a number into the reservation unless another run has done so. */
export async function fill(line: Line, id: string, wanted: WantedNumber): Promise<void> {
  for (let attempt = 1; attempt <= FILLS; attempt++) {
    const number = await browse(line, wanted);
    if (await put(line, id, number)) return;
    await line.wait(AGAIN_MILLISECONDS, line.signal);
  }
  throw numberFault("busy", "no number could be reserved");
}

async function browse(line: Line, wanted: WantedNumber): Promise<AvailablePhoneNumber> {
  const { countryCode, phoneNumberType, sms, calling, areaCode } = wanted;
  const look = async (phoneNumberPrefixes?: string[]) => {
    const offered = await ask(line, async (abortSignal) => {
      const answer = await line.client.browseAvailablePhoneNumbers(
        { countryCode, phoneNumberType },
        {
          capabilities: { sms, calling },
          assignmentType: "application",
          ...(phoneNumberPrefixes && { phoneNumberPrefixes }),
          abortSignal,
        },
      );
      return offeredIn(answer);
    });
    return offered[0];
  };
  const found = (areaCode === undefined ? undefined : await look(["1" + areaCode])) ?? (await look());
  if (found === undefined) throw numberFault("out-of-stock");
  return found;
}

/** That none is offered is an empty list. */
function offeredIn({
  phoneNumbers,
}: {
  readonly phoneNumbers?: AvailablePhoneNumber[];
}): AvailablePhoneNumber[] {
  if (phoneNumbers === undefined) throw new Error("The answer is no list of offered numbers.");
  return phoneNumbers;
}

/**
 * Whether the reservation holds a number now, whether this run or another has put it there. Failures in between are left to
 * the next attempt.
 */
async function put(line: Line, id: string, number: AvailablePhoneNumber): Promise<boolean> {
  try {
    return await once(line, WRITE_MILLISECONDS, async (abortSignal) => {
      if (held(await peek(line, id, abortSignal)).length > 0) return true;
      const reservation = await line.client.createOrUpdateReservation(
        { reservationId: id },
        { add: [number], abortSignal },
      );
      return held(reservation).length > 0;
    });
  } catch (error) {
    line.signal.throwIfAborted();
    // The reservation was bought or has expired since it was read, so the caller reads it again.
    if (answerOf(error).status === 409 && !isOfWebPage(error)) return true;
    const refusal = refusalOf(error);
    if (refusal !== undefined) throw refusal;
    return false;
  }
}

async function peek(
  line: Line,
  id: string,
  abortSignal: AbortSignal,
): Promise<PhoneNumbersReservation | undefined> {
  try {
    return await asked(line, id, abortSignal);
  } catch (error) {
    if (refusalOf(error)?.kind === "missing") return undefined;
    throw error;
  }
}

/**
 * The reservation once no run writes to it any more, with exactly one number in it. If it held several, every run keeps the
 * same one.
 */
export async function settle(line: Line, id: string): Promise<PhoneNumbersReservation | undefined> {
  await line.wait(SETTLE_MILLISECONDS, line.signal);
  const reservation = await readReservation(line, id);
  const [, ...surplus] = held(reservation);
  if (reservation?.status !== "active" || surplus.length === 0) return reservation;
  try {
    await ask(line, (abortSignal) =>
      line.client.createOrUpdateReservation({ reservationId: id }, { remove: surplus, abortSignal }),
    );
  } catch (error) {
    // Another run has removed the same numbers and bought the reservation.
    if (!(error instanceof NumberFault && error.kind === "refused")) throw error;
  }
  return readReservation(line, id);
}

/** Ids of the numbers that the reservation holds, sorted, so that every run sees the same order. */
export function held(reservation: PhoneNumbersReservation | undefined): string[] {
  return numbersIn(reservation, "reserved")
    .map(({ id }) => id ?? "")
    .toSorted();
}

export function numbersIn(
  reservation: PhoneNumbersReservation | undefined,
  status: AvailablePhoneNumber["status"],
): AvailablePhoneNumber[] {
  return Object.values(reservation?.phoneNumbers ?? {})
    .filter((number) => number !== null)
    .filter((number) => number.status === status);
}
