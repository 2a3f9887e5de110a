/** The Cosmos account: how long we wait for it, and what its refusals mean. */
import type { Agent } from "node:https";
import { CosmosClient, type Container } from "@azure/cosmos";
import type { TokenCredential } from "@azure/identity";
import { TooLarge } from "../wire/body.ts";
import { boundedHttpClient } from "../wire/boundedPipeline.ts";
import { StoreFault, type ContainerName } from "../../ports/store.ts";
import { AnsweredInBetween, ownAnswers } from "./ownAnswers.ts";

export interface CosmosOptions {
  /** The account's address, like https://visits.documents.azure.com */
  readonly endpoint: string;
  readonly database: string;
  readonly credential: TokenCredential;
  readonly now: () => Date;
  /** Called with a message when this machine's clock is wrong. */
  readonly tell?: (words: string) => void;
  /** For an account whose certificate is not publicly trusted, such as an emulator's. */
  readonly agent?: Agent;
}

/**
 * Cosmos answers at most 4 MB at a time (learn.microsoft.com/azure/cosmos-db/concepts-limits), plus the envelope around it.
 */
const MAX_BYTES = 5_000_000;
const REQUEST_MILLISECONDS = 3_000;
const DEADLINE_MILLISECONDS = 8_000;

export function connect({ endpoint, credential, agent }: CosmosOptions): CosmosClient {
  return new CosmosClient({
    endpoint,
    aadCredentials: credential,
    httpClient: ownAnswers(boundedHttpClient(MAX_BYTES)),
    ...(agent === undefined ? {} : { agent }),
    connectionPolicy: {
      requestTimeout: REQUEST_MILLISECONDS,
      // A throttled request was not executed, so any request may be repeated after it. Otherwise the SDK repeats no write.
      retryOptions: { maxRetryAttemptCount: 4, fixedRetryIntervalInMilliseconds: 0, maxWaitTimeInSeconds: 4 },
      // The account's own host name follows its write region, so no discovery is needed. With discovery the SDK would retry
      // 120 times when a host is silent or its name is unknown.
      enableEndpointDiscovery: false,
      enableBackgroundEndpointRefreshing: false,
    },
  });
}

/** A container whose calls end by the deadline and, when they fail, name what they were doing. */
export interface CosmosContainer {
  readonly name: ContainerName;
  /** @throws CosmosFault */
  ask<T extends object>(
    what: string,
    call: (container: Container, abortSignal: AbortSignal) => Promise<T>,
  ): Promise<T>;
}

/** @param heard called with the service's time from the headers of each answer */
export function containerOf(
  client: CosmosClient,
  database: string,
  name: ContainerName,
  heard: (date: unknown) => void,
): CosmosContainer {
  const container = client.database(database).container(name);
  return {
    name,
    ask: (what, call) =>
      withinDeadline(`${what} in ${name}`, async (signal) => {
        const answer = await call(container, signal).catch((refused: unknown) => {
          heard(dateOf(refused));
          throw refused;
        });
        heard(dateOf(answer));
        // The SDK reports a missing item as it reports whatever else has status 404.
        const other = otherThanMissing(answer);
        if (other !== undefined) throw new OtherThanMissing(other);
        return answer;
      }),
  };
}

/** The `date` header, which the SDK's answers and errors both carry. */
function dateOf(answer: unknown): unknown {
  if (typeof answer !== "object" || answer === null || !("headers" in answer)) return undefined;
  const { headers } = answer;
  return typeof headers === "object" && headers !== null && "date" in headers ? headers.date : undefined;
}

/** Ends the wait at the deadline. Not every call of the SDK takes a signal, so the call itself may go on. */
export async function withinDeadline<T>(what: string, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(DEADLINE_MILLISECONDS);
  const expired = Promise.withResolvers<never>();
  const expire = () => {
    expired.reject(new Error(`No answer in ${String(DEADLINE_MILLISECONDS / 1000)} s`));
  };
  signal.addEventListener("abort", expire);
  try {
    return await Promise.race([call(signal), expired.promise]);
  } catch (cause) {
    throw new CosmosFault(what, cause);
  } finally {
    signal.removeEventListener("abort", expire);
  }
}

/** Cosmos refused a call, or did not answer it. */
export class CosmosFault extends StoreFault {
  override readonly name = "CosmosFault";
  /**
   * The HTTP status, if the account itself answered. 404 is a missing item: never a missing container, a copy that is behind,
   * or the word of somebody in between.
   */
  readonly status: number | undefined;
  constructor(what: string, cause: unknown) {
    const why = inPlaceOfStatus(cause);
    const status = why === undefined ? statusOf(cause) : undefined;
    super(
      `Cosmos did not ${what}: ${why ?? (status === undefined ? "no answer" : `status ${String(status)}`)}`,
      {
        cause,
      },
    );
    this.status = status;
  }
}

/** A 404 that is not of an item. */
class OtherThanMissing extends Error {
  override readonly name = "OtherThanMissing";
}

/** What is said of a failure whose status, if it has one, says nothing about the item. */
function inPlaceOfStatus(cause: unknown): string | undefined {
  for (const known of [TooLarge, AnsweredInBetween, OtherThanMissing])
    if (cause instanceof known) return cause.message;
  const other = otherThanMissing(cause);
  if (other !== undefined || !(cause instanceof Error) || cause.cause === undefined) return other;
  return inPlaceOfStatus(cause.cause);
}

/** "Owner resource does not exist": the container, or its database. */
const OWNER_MISSING = 1003;

/**
 * What a 404 says that is not of an item; undefined where the item is missing, and for any other answer. Cosmos DB tells them
 * apart by a substatus: 1002, for example, is of a copy that has not seen all writes yet.
 * https://learn.microsoft.com/azure/cosmos-db/nosql/troubleshoot-not-found
 */
function otherThanMissing(answer: unknown): string | undefined {
  if (typeof answer !== "object" || answer === null || !("substatus" in answer)) return undefined;
  const { substatus } = answer;
  if (substatus === OWNER_MISSING) return "the container or its database is missing; pulumi up makes it";
  const isOther = typeof substatus === "number" && substatus !== 0 && ownStatusOf(answer) === 404;
  return isOther ? `status 404, substatus ${String(substatus)}` : undefined;
}

/** The HTTP status, which the SDK puts into `code` of the error, or of its cause for a batch. */
function statusOf(thrown: unknown): number | undefined {
  if (typeof thrown !== "object" || thrown === null) return undefined;
  return ownStatusOf(thrown) ?? ("cause" in thrown ? statusOf(thrown.cause) : undefined);
}

/** An error has it in `code`, an answer in `statusCode`. */
function ownStatusOf(one: object): number | undefined {
  if ("code" in one && typeof one.code === "number") return one.code;
  return "statusCode" in one && typeof one.statusCode === "number" ? one.statusCode : undefined;
}
