/** Who may call Graph: a valid token, and the permission that each route asks for. */
import type { RequestHandler } from "express";
import { setTimeout as passed } from "node:timers/promises";
import * as z from "zod";
import { GRAPH } from "../entra/graphScope.ts";
import { grantedRoles, type Tenant } from "../entra/tenant.ts";
import { TokenRefused } from "../entra/tokens.ts";
import { spoils } from "../faults.ts";
import { GraphError } from "./graphError.ts";

const roleList = z.array(z.string()).catch([]);

/** Applies Graph's faults that are switched on, before anything else. */
export function trouble(tenant: Tenant): RequestHandler {
  return async (_request, _response, next) => {
    const { slowMilliseconds } = tenant.faults.current();
    if (slowMilliseconds > 0) await passed(slowMilliseconds, undefined, { ref: false });
    switch (spoils(tenant.faults)) {
      case "throttles-with-retry-after":
        throw new GraphError(429, "TooManyRequests", "Too many requests.", { "Retry-After": "2" });
      case "throttles":
        throw new GraphError(429, "TooManyRequests", "Too many requests.");
      case "down":
        throw new GraphError(503, "ServiceUnavailable", "The service is temporarily unavailable.");
      case "answers":
        next();
    }
  };
}

/**
 * Admits an application with a valid token for Graph; `response.locals` then holds the application and its consented roles.
 */
export function bearer(tenant: Tenant): RequestHandler {
  return async (request, response, next) => {
    const token = /^Bearer (\S+)$/i.exec(request.get("authorization") ?? "")?.[1];
    if (token === undefined) throw invalidToken("Access token is empty.");
    const claims = await verified(tenant, token);
    if (claims.aud !== GRAPH && claims.aud !== tenant.origins().backChannel)
      throw invalidToken("Access token validation failure. Invalid audience.");
    const roles = roleList.parse(claims["roles"]);
    const application = String(claims["azp"]);
    const registration = tenant.registration(application);
    const granted = registration === undefined ? [] : grantedRoles(tenant, registration);
    response.locals["roles"] = granted.filter((role) => roles.includes(role));
    response.locals["application"] = application;
    response.locals["person"] = claims["oid"];
    response.locals["scopes"] = typeof claims["scp"] === "string" ? claims["scp"].split(" ") : [];
    next();
  };
}

/** Admits a request whose token has one of the application permissions. */
export function requireRole(
  wanted: readonly string[],
  refusal: (roles: string) => GraphError,
): RequestHandler {
  return (_request, response, next) => {
    const roles = roleList.parse(response.locals["roles"]);
    if (roles.some((role) => wanted.includes(role))) next();
    else throw refusal(roles.join(","));
  };
}

/** Admits a request whose token is for a person who has consented to the delegated permission. */
export function requireScope(wanted: string, refusal: () => GraphError): RequestHandler {
  return (_request, response, next) => {
    if (roleList.parse(response.locals["scopes"]).includes(wanted)) next();
    else throw refusal();
  };
}

async function verified(tenant: Tenant, token: string) {
  try {
    return await tenant.tokens.verify(token);
  } catch (error) {
    if (!(error instanceof TokenRefused)) throw error;
    throw invalidToken(
      error.reason === "expired"
        ? "Lifetime validation failed, the token is expired."
        : "InvalidAuthenticationToken: the token is malformed or its signature is invalid.",
    );
  }
}

function invalidToken(message: string): GraphError {
  return new GraphError(401, "InvalidAuthenticationToken", message, {
    "WWW-Authenticate":
      'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"',
  });
}
