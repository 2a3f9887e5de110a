/** Admits only requests that name the right version. Each of the resource's interfaces has its own. */
import type { RequestHandler } from "express";
import { CommunicationError } from "./communicationError.ts";

export const versionOnly =
  (version: string): RequestHandler =>
  (request, _response, next) => {
    if (request.query["api-version"] === version) next();
    else throw new CommunicationError(400, "UnsupportedApiVersion", `The api-version is not ${version}.`);
  };
