/** The storage account: how long we wait for it, and what its refusals mean. */
import type { Agent } from "node:https";
import type { TokenCredential } from "@azure/identity";
import { QueueClient, type StoragePipelineOptions } from "@azure/storage-queue";
import { QUEUE_NAMES } from "../../domain/queueNames.ts";
import { LeaseLost } from "../../ports/queue.ts";
import { boundedAnswers } from "../wire/boundedPipeline.ts";

export interface StorageQueueOptions {
  /** The account's address for queues, such as https://lamnast.queue.core.windows.net */
  readonly endpoint: string;
  readonly credential: TokenCredential;
  /** This machine's clock, which is used until the service has told its time. */
  readonly now: () => Date;
  /** For an account whose certificate is not publicly trusted, such as an emulator's. */
  readonly agent?: Agent;
}

const TRY_MS = 4_000;
const DEADLINE_MS = 10_000;
/** More than 32 messages that somebody else wrote, each as long as the service allows and with every character escaped. */
const MAX_BYTES = 12_000_000;

type QueueName = (typeof QUEUE_NAMES)[keyof typeof QUEUE_NAMES];

/** A queue whose calls end by the deadline and, when they fail, name what they were doing. */
export interface AccountQueue {
  /** @throws LeaseLost, QueueFault */
  ask<T extends Told>(
    what: string,
    call: (queue: QueueClient, abortSignal: AbortSignal) => Promise<T>,
  ): Promise<T>;
}

/** What each of the service's answers carries: its time, and the version of the protocol, which nothing else sends. */
interface Told {
  readonly date?: Date | undefined;
  readonly version?: string | undefined;
}

type Account = Record<keyof typeof QUEUE_NAMES, AccountQueue> & {
  /** The service's time. */
  readonly now: () => Date;
};

/** Options that the SDK passes on to the client below it, and that its own types do not name. */
interface Passed {
  readonly agent?: Agent;
  readonly additionalPolicies: ReturnType<typeof boundedAnswers>;
}

/** Every call may be repeated: if a message is put twice, its record is looked at twice, but nothing is done twice. */
export function connect({ endpoint, credential, now, agent }: StorageQueueOptions): Account {
  const options: StoragePipelineOptions & Passed = {
    additionalPolicies: boundedAnswers(MAX_BYTES),
    retryOptions: { maxTries: 3, tryTimeoutInMs: TRY_MS, retryDelayInMs: 200, maxRetryDelayInMs: 2_000 },
    ...(agent === undefined ? {} : { agent }),
  };
  const clock = serviceClock(now);
  const queueOf = (name: QueueName): AccountQueue => {
    // A client for the whole account would share one pipeline among its queues, and a pipeline takes each policy once.
    const queue = new QueueClient(endpoint.replace(/\/$/, "") + "/" + name, tokensOf(credential), options);
    return {
      async ask(what, call) {
        const asked = `${what} in ${name}`;
        const answer = await withinDeadline(asked, (signal) => call(queue, signal));
        // The SDK takes a page, such as that of a proxy, for an empty list.
        if (answer.version === undefined) throw new QueueFault(asked, new NotTheService());
        clock.heard(answer.date);
        return answer;
      },
    };
  };
  return { work: queueOf(QUEUE_NAMES.work), poison: queueOf(QUEUE_NAMES.poison), now: clock.now };
}

/** Names the failure to get a token, because what a credential throws does not say whose failure it is. */
function tokensOf(credential: TokenCredential): TokenCredential {
  return {
    async getToken(...asked) {
      try {
        return await credential.getToken(...asked);
      } catch (cause) {
        throw new NoToken("The identity gave no token", { cause });
      }
    },
  };
}

/**
 * The service's time: the time of its last answer, advanced by a monotonic clock. The answer gives whole seconds and took a
 * moment to arrive, so this is slightly behind and never ahead.
 */
function serviceClock(machine: () => Date) {
  let said: { readonly time: number; readonly at: number } | undefined;
  return {
    heard(date: Date | undefined) {
      if (date !== undefined && !Number.isNaN(date.getTime()))
        said = { time: date.getTime(), at: performance.now() };
    },
    now: () => (said === undefined ? machine() : new Date(said.time + performance.now() - said.at)),
  };
}

/** Ends the wait at the deadline, because the wait for a token ignores the signal. */
async function withinDeadline<T>(what: string, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const expired = Promise.withResolvers<never>();
  const expire = () => expired.reject(new NoAnswer(`No answer in ${String(DEADLINE_MS / 1000)} s`));
  signal.addEventListener("abort", expire);
  try {
    return await Promise.race([call(signal), expired.promise]);
  } catch (cause) {
    throw isLeaseLost(cause)
      ? new LeaseLost("The lease of the message is over, or it is gone", { cause })
      : new QueueFault(what, cause);
  } finally {
    signal.removeEventListener("abort", expire);
  }
}

/** The service refused or did not answer. The service's own message repeats the address, so it is not part of ours. */
export class QueueFault extends Error {
  override readonly name = "QueueFault";
  /** The HTTP status, if there was an answer, and the service's error code. */
  readonly status: number | undefined;
  constructor(what: string, thrown: unknown) {
    const { status, code } = refusalIn(thrown);
    const why = code === undefined ? whyWithoutCode(thrown, status) : meaning(code);
    const isSafe = thrown instanceof Error && status === undefined && !isFromParser(thrown);
    super(`The queue did not ${what}: ${why}`, isSafe ? { cause: thrown } : {});
    this.status = status;
  }
}

/** Nothing came before the deadline. */
class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

class NoToken extends Error {
  override readonly name = "NoToken";
}

/** Something else than the storage service answered. */
class NotTheService extends Error {
  override readonly name = "NotTheService";
}

const NOT_READ =
  "what answered is not the storage service, or was cut off; look at the proxies, firewalls and names between";

function whyWithoutCode(thrown: unknown, status: number | undefined): string {
  if (status !== undefined) return `status ${String(status)}`;
  if (thrown instanceof NoToken) return "no token";
  return thrown instanceof NotTheService || isFromParser(thrown) ? NOT_READ : "no answer";
}

/**
 * Whether the SDK could not parse the answer. Its parser throws plain errors that quote what it read, which are not passed
 * on; everything else that may fail here throws errors with a name of their own.
 */
const isFromParser = (thrown: unknown): boolean => thrown instanceof Error && thrown.constructor === Error;

function meaning(code: string): string {
  switch (code) {
    case "QueueNotFound":
      return "QueueNotFound; the queue is missing, and pulumi up makes it";
    case "AuthorizationPermissionMismatch":
      return "AuthorizationPermissionMismatch; the connector's identity has no role at it, which pulumi up gives";
    case "AuthorizationFailure":
      return "AuthorizationFailure; the account's network rules keep the connector out";
    default:
      return code;
  }
}

/**
 * Whether the lease is lost: the receipt is another one by now, or the message is gone. Services of this protocol use either
 * answer for both.
 */
function isLeaseLost(thrown: unknown): boolean {
  const { status, code } = refusalIn(thrown);
  return (status === 404 && code === "MessageNotFound") || (status === 400 && code === "PopReceiptMismatch");
}

const CODE = /^[A-Za-z]{1,64}$/;

function refusalIn(thrown: unknown): {
  readonly status: number | undefined;
  readonly code: string | undefined;
} {
  if (typeof thrown !== "object" || thrown === null) return { status: undefined, code: undefined };
  const status =
    "statusCode" in thrown && typeof thrown.statusCode === "number" ? thrown.statusCode : undefined;
  const code =
    "code" in thrown && typeof thrown.code === "string" && CODE.test(thrown.code) ? thrown.code : undefined;
  return { status, code: status === undefined ? undefined : code };
}
