import type { RequestHandler } from "express";
import { CommunicationError } from "./communicationError.ts";

/** Each of the resource's interfaces has a version of its own, which every request names. */
export const versionOnly =
  (version: string): RequestHandler =>
  (request, _response, next) => {
    if (request.query["api-version"] === version) next();
    else throw new CommunicationError(400, "UnsupportedApiVersion", `The api-version is not ${version}.`);
  };
