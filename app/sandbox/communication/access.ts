/** Who may use the stand-in of Communication Services: whoever has a role on the resource, by a token of the tenant. */
import type { RequestHandler } from "express";
import { createLocalJWKSet, jwtVerify } from "jose";
import { CommunicationError } from "./communicationError.ts";
import type { CommunicationOptions } from "./options.ts";

/**
 * The resource for which tokens are issued. The SDK's scope has two slashes before `.default`, so the audience may end in a
 * slash.
 */
const AUDIENCES = ["https://communication.azure.com", "https://communication.azure.com/"];

/** Admits a request only with a token for Communication Services whose holder has the role. */
export function ownersOnly(options: CommunicationOptions, now: () => Date): RequestHandler {
  return async (request, _response, next) => {
    const token = /^Bearer (\S+)$/i.exec(request.get("authorization") ?? "")?.[1];
    const caller = token === undefined ? undefined : await callerOf(token, options, now());
    if (caller === undefined)
      throw new CommunicationError(401, "Denied", "Denied by the resource provider.", {
        "WWW-Authenticate": "HMAC-SHA256, Bearer",
      });
    if (!options.owners.includes(caller))
      throw new CommunicationError(
        403,
        "Forbidden",
        "The caller has no role on this resource that allows the action.",
      );
    next();
  };
}

async function callerOf(
  token: string,
  { entra }: CommunicationOptions,
  currentDate: Date,
): Promise<string | undefined> {
  const keys = createLocalJWKSet({ keys: [...(await entra.keys())] });
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer: entra.issuer,
      audience: AUDIENCES,
      algorithms: ["RS256"],
      currentDate,
      requiredClaims: ["exp", "oid"],
    });
    return typeof payload["oid"] === "string" ? payload["oid"] : undefined;
  } catch {
    // Whatever is wrong with the token, the vendor gives everybody the same answer: denied.
    return undefined;
  }
}
