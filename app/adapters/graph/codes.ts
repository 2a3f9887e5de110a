/** The codes by which Graph refuses. A log may name these to tell refusals apart, and repeats no other text. */

// https://learn.microsoft.com/graph/errors, and what Graph's meetings and directory are known to answer.
const KNOWN = new Set([
  "Authorization_IdentityNotFound",
  "Authorization_RequestDenied",
  "BadRequest",
  "Conflict",
  "Directory_ObjectNotFound",
  "Directory_QuotaExceeded",
  "ErrorAccessDenied",
  "Forbidden",
  "General",
  "GenericError",
  "InternalServerError",
  "InvalidArgument",
  "InvalidAuthenticationToken",
  "InvalidRequest",
  "MethodNotAllowed",
  "NotFound",
  "NotImplemented",
  "Request_BadRequest",
  "Request_ResourceNotFound",
  "Request_UnsupportedQuery",
  "ResourceNotFound",
  "ServiceNotAvailable",
  "ServiceUnavailable",
  "TooManyRequests",
  "Unauthorized",
  "UnknownError",
  "ValidationError",
  "accessDenied",
  "activityLimitReached",
  "generalException",
  "invalidRequest",
  "itemNotFound",
  "quotaLimitReached",
  "serviceNotAvailable",
  "unauthenticated",
]);

export function knownCode(code: string | undefined): string {
  if (code === undefined || code === "") return "without a code";
  return KNOWN.has(code) ? code : "other";
}
