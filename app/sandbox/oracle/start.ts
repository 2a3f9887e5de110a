/** Starts a stand-in for Oracle Health: authorization server, FHIR R4 and a board like PowerChart's. */
import express from "express";
import { listen } from "../listen.ts";
import type { Hosting, StandIn } from "../standIn.ts";
import { bugs, openOracle, type OracleApplication } from "./application.ts";
import type { OracleOptions } from "./options.ts";
import { addressesOf } from "./smart/addresses.ts";

export type { OracleOptions, RegisteredClient, OracleTenant } from "./options.ts";
export type { Launch } from "./smart/grants.ts";

export interface OracleStandIn extends StandIn, Omit<OracleApplication, "pages" | "programs" | "close"> {}

export async function startOracle(hosting: Hosting, options: OracleOptions): Promise<OracleStandIn> {
  const app = express().disable("x-powered-by").disable("etag");
  const listening = await listen(app, hosting);
  const { pages, programs, close, ...oracle } = await openOracle(hosting, options, (tenant) =>
    addressesOf(listening, tenant),
  ).catch(async (error: unknown) => {
    await listening.stop();
    throw error;
  });
  // People's pages are on the http port only, and programs' addresses on the https port only.
  app.use((request, response, next) => {
    (request.secure ? programs : pages)(request, response, next);
  });
  app.use((_request, response) => {
    response.status(404).type("text/plain").send("Nothing is here\n");
  });
  app.use(bugs);
  return {
    name: "Oracle Health",
    pages: listening.pages,
    backChannel: listening.backChannel,
    received: listening.received,
    ...oracle,
    stop: async () => {
      await listening.stop();
      await close();
    },
  };
}
