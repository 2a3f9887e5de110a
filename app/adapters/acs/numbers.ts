/** The deployment's phone number at Communication Services, over Microsoft's own client. Used by infra and the portal. */
import {
  PhoneNumbersClient,
  type PhoneNumbersClientOptions,
  type PurchasedPhoneNumber,
} from "@azure/communication-phone-numbers";
import type { TokenCredential } from "@azure/identity";
import * as z from "zod";
import type { Wait } from "../../domain/retry.ts";
import {
  NumberFault,
  type NumberCapabilities,
  type Numbers,
  type OwnedNumber,
  type PurchaseStep,
  type Run,
  type WantedNumber,
} from "../../ports/numbers.ts";
import { boundedAnswers } from "../wire/boundedPipeline.ts";
import { ask, type Line } from "./ask.ts";
import { parsed } from "./exchange.ts";
import { numberFault } from "./numberFault.ts";
import { buy } from "./purchase.ts";

// Re-exported for infra, which imports the purchase from this file and no other file of the ports.
export {
  NumberFault,
  type Numbers,
  type OwnedNumber,
  type PurchaseStep,
  type WantedNumber,
} from "../../ports/numbers.ts";

export interface NumbersOptions {
  /** Address of the Communication Services resource, such as https://visits.unitedstates.communication.azure.com. */
  readonly endpoint: string;
  readonly credential: TokenCredential;
  readonly now: () => Date;
  readonly wait: Wait;
  /** Additional policies for every request's pipeline, in the SDK's own terms. */
  readonly policies?: NonNullable<PhoneNumbersClientOptions["additionalPolicies"]>;
}

/** A page of numbers is a few kilobytes, so this is ample. */
const MAX_BYTES = 1_000_000;
const POLL_MILLISECONDS = 2_000;
const POLLS = 150;
/** How long after the first look at whether a number is gone the second one follows. */
const SECOND_LOOK_MILLISECONDS = 5_000;

export function openNumbers(options: NumbersOptions): Numbers {
  const { endpoint, credential, now, wait, policies } = options;
  const client = new PhoneNumbersClient(endpoint, credential, {
    // The SDK does not retry; `ask` repeats requests, and keeps what was answered.
    retryOptions: { maxRetries: 0 },
    additionalPolicies: [...(policies ?? []), ...boundedAnswers(MAX_BYTES)],
  });
  const line = ({ signal = new AbortController().signal }: Run): Line => ({
    endpoint,
    client,
    now,
    wait,
    signal,
  });
  return {
    have: (wanted, run = {}) => have(line(run), wanted, run.progress ?? quiet),
    find: (phoneNumber, run = {}) => find(line(run), phoneNumber),
    isGone: (phoneNumber, run = {}) => isGone(line(run), phoneNumber),
    change: (phoneNumber, capabilities, run = {}) => change(line(run), phoneNumber, capabilities),
    release: (phoneNumber, run = {}) => release(line(run), phoneNumber),
  };
}

function quiet(): void {
  return;
}

async function have(
  line: Line,
  wanted: WantedNumber,
  progress: (step: PurchaseStep) => void,
): Promise<OwnedNumber> {
  const owned = () => adoptable(line, wanted);
  const there = await owned();
  if (there !== undefined) progress("adopted");
  const number = there ?? (await buy({ line, wanted, progress, owned }));
  if (number.sms === wanted.sms && number.calling === wanted.calling) return number;
  progress("changing");
  return change(line, number.phoneNumber, wanted);
}

/** A number that may be adopted. Of several numbers the oldest is taken, so that every process adopts the same one. */
async function adoptable(
  line: Line,
  { countryCode, phoneNumberType }: WantedNumber,
): Promise<OwnedNumber | undefined> {
  const [oldest] = (await list(line))
    .filter((number) => number.countryCode === countryCode && number.phoneNumberType === phoneNumberType)
    .toSorted(
      (one, other) =>
        one.purchasedAt.getTime() - other.purchasedAt.getTime() ||
        one.phoneNumber.localeCompare(other.phoneNumber),
    );
  return oldest;
}

function list(line: Line): Promise<OwnedNumber[]> {
  return ask(line, async (abortSignal) => {
    const numbers: OwnedNumber[] = [];
    for await (const number of line.client.listPurchasedPhoneNumbers({
      abortSignal,
      onResponse: unlessNoList,
    }))
      numbers.push(owned(number));
    return numbers;
  });
}

const listSchema = z.looseObject({ phoneNumbers: z.array(z.unknown()) });

/** The SDK takes a success without a list for an empty list, and then a number would be bought, or said to be gone. */
function unlessNoList({
  status,
  bodyAsText,
}: {
  readonly status: number;
  readonly bodyAsText?: string | null;
}): void {
  if (status === 200 && !listSchema.safeParse(parsed(bodyAsText ?? "")).success)
    throw new Error("The answer is no list of numbers.");
}

async function find(line: Line, phoneNumber: string): Promise<OwnedNumber | undefined> {
  try {
    return await ask(line, async (abortSignal) =>
      owned(await line.client.getPurchasedPhoneNumber(phoneNumber, { abortSignal })),
    );
  } catch (error) {
    if (error instanceof NumberFault && error.kind === "missing") return undefined;
    throw error;
  }
}

async function isGone(line: Line, phoneNumber: string): Promise<boolean> {
  if (await isThere(line, phoneNumber)) return false;
  await line.wait(SECOND_LOOK_MILLISECONDS, line.signal);
  return !(await isThere(line, phoneNumber));
}

const isThere = async (line: Line, phoneNumber: string): Promise<boolean> =>
  (await find(line, phoneNumber)) !== undefined ||
  (await list(line)).some((number) => number.phoneNumber === phoneNumber);

async function change(
  line: Line,
  phoneNumber: string,
  { sms, calling }: NumberCapabilities,
): Promise<OwnedNumber> {
  await untilDone(line, (abortSignal) =>
    line.client.beginUpdatePhoneNumberCapabilities(phoneNumber, { sms, calling }, { abortSignal }),
  );
  const changed = await find(line, phoneNumber);
  if (changed?.sms === sms && changed.calling === calling) return changed;
  throw numberFault("unfinished", "the capabilities are not changed yet");
}

async function release(line: Line, phoneNumber: string): Promise<void> {
  try {
    await untilDone(line, (abortSignal) => line.client.beginReleasePhoneNumber(phoneNumber, { abortSignal }));
  } catch (error) {
    if (!(error instanceof NumberFault && error.kind === "missing")) throw error;
  }
}

interface Poller {
  isDone(): boolean;
  poll(options: { abortSignal: AbortSignal }): Promise<void>;
}

/**
 * Begins an operation and polls it until it is done. Beginning it again does no harm, so a poll that fails begins it again.
 */
async function untilDone(line: Line, begin: (abortSignal: AbortSignal) => Promise<Poller>): Promise<void> {
  for (let poll = 1, poller = await ask(line, begin); !poller.isDone(); poll++) {
    if (poll > POLLS) throw numberFault("unfinished");
    await line.wait(POLL_MILLISECONDS, line.signal);
    const current = poller;
    poller = await ask(line, async (abortSignal) => {
      const polled = current.isDone() ? await begin(abortSignal) : current;
      await polled.poll({ abortSignal });
      return polled;
    });
  }
}

/** Somebody in between may answer with a success, too, which the SDK takes for a number that lacks all of its members. */
function owned(number: Partial<PurchasedPhoneNumber>): OwnedNumber {
  const { phoneNumber, capabilities, countryCode, phoneNumberType, purchaseDate } = number;
  const isNone = capabilities === undefined || purchaseDate === undefined || phoneNumber === undefined;
  if (isNone || countryCode === undefined || phoneNumberType === undefined)
    throw new Error("The answer is not a number.");
  return { phoneNumber, ...capabilities, countryCode, phoneNumberType, purchasedAt: purchaseDate };
}
