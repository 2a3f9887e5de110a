/**
 * What was done before a recorded request, so that the stand-in is in the state in which the recording found the vendor.
 */
import type { Azure } from "../../infra/rehearsal/startInMemoryAzure.ts";
import type { Fact } from "./facts.ts";

export type Request = Fact["request"];
/** Sends a request as the recording's caller. */
export type Ask = (request: Omit<Request, "host">) => Promise<Response>;
/** Prepares the stand-in. Returns, for recorded values such as a message's id, the values that they have here. */
export type Before = (ask: Ask, azure: Azure) => Promise<Readonly<Record<string, string>> | undefined>;
