/** What was done before a recorded request, so that its stand-in stands as the recording found the vendor. */
import type { Azure } from "../../infra/rehearsal/startInMemoryAzure.ts";
import type { Fact } from "./facts.ts";

export type Request = Fact["request"];
/** Asks as the recording's caller did. */
export type Ask = (request: Omit<Request, "host">) => Promise<Response>;
/** What was done before the recorded request; returns what of it stands for what here, such as the id of a message. */
export type Before = (ask: Ask, azure: Azure) => Promise<Readonly<Record<string, string>> | undefined>;
