/**
 * The reservation by which a number is bought. Its id is computed, so that whoever runs the purchase again, anywhere, finds
 * what was reserved or bought before: Communication Services itself remembers, and nothing else has to.
 */
import type { AvailablePhoneNumber, PhoneNumbersReservation } from "@azure/communication-phone-numbers";
import { createHash } from "node:crypto";
import { ask, once, type Line } from "./ask.ts";
import { answerOf, numberFault, refusalOf } from "./numberFault.ts";
import { uuidOf } from "../../domain/uuid.ts";
import { NumberFault, type WantedNumber } from "../../ports/numbers.ts";

/** A run writes a reservation only so soon after it saw that there is none, … */
const WRITE_MILLISECONDS = 10_000;
/** … and buys only so long after it saw one: by then nobody still writes, so that runs at once buy one number together. */
const SETTLE_MILLISECONDS = 20_000;
const FILLS = 5;
const AGAIN_MILLISECONDS = 2_000;

/** The UUID of the reservation of that number, counted from 0; one that expired or failed is followed by the next. */
export function basketId(
  endpoint: string,
  { countryCode, phoneNumberType }: WantedNumber,
  attempt: number,
): string {
  const seed = [new URL(endpoint).host, countryCode, phoneNumberType, attempt].join(" ");
  // Version 8 of RFC 9562, section 5.8: an id of one's own making.
  return uuidOf(createHash("sha256").update(seed).digest("hex"), 8);
}

export async function readBasket(line: Line, id: string): Promise<PhoneNumbersReservation | undefined> {
  try {
    return await ask(line, (abortSignal) => line.client.getReservation(id, { abortSignal }));
  } catch (error) {
    if (error instanceof NumberFault && error.kind === "missing") return undefined;
    throw error;
  }
}

/** Puts a number into the reservation unless somebody did. */
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
    const { phoneNumbers } = await ask(line, (abortSignal) =>
      line.client.browseAvailablePhoneNumbers(
        { countryCode, phoneNumberType },
        {
          capabilities: { sms, calling },
          assignmentType: "application",
          ...(phoneNumberPrefixes && { phoneNumberPrefixes }),
          abortSignal,
        },
      ),
    );
    return phoneNumbers[0];
  };
  const found = (areaCode === undefined ? undefined : await look(["1" + areaCode])) ?? (await look());
  if (found === undefined) throw numberFault("out-of-stock");
  return found;
}

/** Whether the reservation holds a number now, ours or another. What goes wrong on the way is for the next attempt. */
async function put(line: Line, id: string, number: AvailablePhoneNumber): Promise<boolean> {
  try {
    return await once(line, WRITE_MILLISECONDS, async (abortSignal) => {
      if (held(await peek(line, id, abortSignal)).length > 0) return true;
      const basket = await line.client.createOrUpdateReservation(
        { reservationId: id },
        { add: [number], abortSignal },
      );
      return held(basket).length > 0;
    });
  } catch (error) {
    line.signal.throwIfAborted();
    // Bought, or run out, since it was read: the caller reads it again.
    if (answerOf(error).status === 409) return true;
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
    return await line.client.getReservation(id, { abortSignal });
  } catch (error) {
    if (answerOf(error).status === 404) return undefined;
    throw error;
  }
}

/** The reservation once nobody writes it any more, with one number in it: of several, the same one for everybody. */
export async function settle(line: Line, id: string): Promise<PhoneNumbersReservation | undefined> {
  await line.wait(SETTLE_MILLISECONDS, line.signal);
  const basket = await readBasket(line, id);
  const [, ...surplus] = held(basket);
  if (basket?.status !== "active" || surplus.length === 0) return basket;
  try {
    await ask(line, (abortSignal) =>
      line.client.createOrUpdateReservation({ reservationId: id }, { remove: surplus, abortSignal }),
    );
  } catch (error) {
    // Somebody who removed the same before us has bought it.
    if (!(error instanceof NumberFault && error.kind === "refused")) throw error;
  }
  return readBasket(line, id);
}

/** Ids of the numbers that the reservation holds, in an order that is the same for everybody. */
export function held(basket: PhoneNumbersReservation | undefined): string[] {
  return numbersIn(basket, "reserved")
    .map(({ id }) => id ?? "")
    .toSorted();
}

export function numbersIn(
  basket: PhoneNumbersReservation | undefined,
  status: AvailablePhoneNumber["status"],
): AvailablePhoneNumber[] {
  return Object.values(basket?.phoneNumbers ?? {})
    .filter((number) => number !== null)
    .filter((number) => number.status === status);
}
