/** What the services of a storage account refuse. */

interface More {
  readonly headers?: Readonly<Record<string, string>>;
  readonly details?: Readonly<Record<string, string>>;
}

/** A refusal by the service (https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes). */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Further elements of the error beside code and message, such as the name of a wrong query parameter. */
  readonly details: Readonly<Record<string, string>>;
  constructor(status: number, code: string, message: string, { headers = {}, details = {} }: More = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.details = details;
  }
}

/** Statuses and messages by code. */
const REFUSALS = {
  AuthenticationFailed: [
    403,
    "Server failed to authenticate the request. Nobody here has the account's key.",
  ],
  AuthorizationFailure: [403, "This request is not authorized to perform this operation."],
  AuthorizationPermissionMismatch: [
    403,
    "This request is not authorized to perform this operation using this permission.",
  ],
  BlobAlreadyExists: [409, "The specified blob already exists."],
  BlobNotFound: [404, "The specified blob does not exist."],
  ConditionNotMet: [412, "The condition specified using HTTP conditional header(s) is not met."],
  ContainerNotFound: [404, "The specified container does not exist."],
  InvalidHeaderValue: [400, "The value for one of the HTTP headers is not in the correct format."],
  InvalidRange: [416, "The range specified is invalid for the current size of the resource."],
  InvalidXmlDocument: [400, "XML specified is not syntactically valid."],
  KeyBasedAuthenticationNotPermitted: [
    403,
    "Key based authentication is not permitted on this storage account.",
  ],
  Md5Mismatch: [
    400,
    "The MD5 value specified in the request did not match with the MD5 value calculated by the server.",
  ],
  MessageNotFound: [404, "The specified message does not exist."],
  MissingRequiredHeader: [
    400,
    "An HTTP header that's mandatory for this request is not specified: x-ms-version.",
  ],
  PublicAccessNotPermitted: [409, "Public access is not permitted on this storage account."],
  QueueNotFound: [404, "The specified queue does not exist."],
} as const;

export function storageRefusal(code: keyof typeof REFUSALS): Refused {
  const [status, message] = REFUSALS[code];
  return new Refused(status, code, message);
}
