/**
 * One line of JSON an entry: an event's name and a few safe fields. There is no way to log a body, a header, a query
 * string, a name or a number, because a field is one of these and its value is short.
 */
export interface LogFields {
  readonly flow?: string;
  readonly connection?: string;
  readonly department?: string;
  readonly status?: number;
  readonly reason?: string;
  readonly reference?: string;
  readonly milliseconds?: number;
  readonly count?: number;
  readonly port?: number;
  /** Of the audit trail's last event: whoever changes the trail cannot change the log. */
  readonly hash?: string;
  /** Names of settings, scopes or resource types: the connector's own words. */
  readonly names?: readonly string[];
}

export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  /** `cause` is logged as its chain of names, messages and stack; errors in this project carry no content of requests. */
  error(event: string, cause: unknown, fields?: LogFields): void;
}

const LONGEST = 300;
/** Causes of causes; one that is its own cause comes to an end here. */
const DEEPEST = 8;

export function jsonLog(write: (line: string) => void, now: () => Date): Log {
  const entry = (level: string, event: string, fields: LogFields | undefined, more?: object) => {
    write(JSON.stringify({ time: now().toISOString(), level, event, ...fields, ...more }) + "\n");
  };
  return {
    info: (event, fields) => entry("info", event, fields),
    warn: (event, fields) => entry("warn", event, fields),
    error: (event, cause, fields) => entry("error", event, fields, { cause: told(cause) }),
  };
}

/** Whatever was thrown: whoever logs it has something to finish. */
function told(cause: unknown): string[] {
  try {
    return chain(cause, DEEPEST);
  } catch {
    return ["something that cannot be told"];
  }
}

function chain(error: unknown, deep: number): string[] {
  if (!(error instanceof Error)) return [typeof error];
  const own = [error.name, messageOf(error)].join(": ").slice(0, LONGEST);
  // A message may have lines of its own, which are no places.
  const where = error.stack
    ?.replace(error.message, "")
    .split("\n")
    .find((line) => line.trim().startsWith("at "))
    ?.trim();
  const lines = where === undefined ? [own] : [own, where];
  return error.cause === undefined || deep <= 1 ? lines : [...lines, ...chain(error.cause, deep - 1)];
}

/** What JSON cannot read, its parser quotes: a vendor's body, a row, a request. So do the vendors' own libraries. */
function messageOf(error: Error): string {
  if (error instanceof SyntaxError) return "what was read is not as it must be";
  return isOfLibrary(error) ? codesOf(error) : error.message;
}

/** The members by which the errors of Azure's clients and of MSAL are told; none of this project's has one. */
const OF_LIBRARIES = ["correlationId", "diagnostics", "errorCode", "errorResponse", "request", "statusCode"];

/** Such an error's message may be the whole answer: with a recipient's number, or with a signed-in person's name. */
function isOfLibrary(error: Error): boolean {
  return OF_LIBRARIES.some((member) => member in error) || error.name.endsWith("AuthenticationError");
}

/** Status and codes, Microsoft's sign-in's (AADSTS) among them; they are found in its documentation and name nobody. */
function codesOf(error: Error): string {
  const members = new Map<string, unknown>(Object.entries(error));
  const codes = ["statusCode", "code", "errorCode", "subError"]
    .map((name) => members.get(name))
    .filter((code) => typeof code === "number" || (typeof code === "string" && /^[\w.:-]{1,60}$/.test(code)));
  const signIn = error.message.match(/\bAADSTS\d{4,8}\b/g) ?? [];
  return [...new Set([...codes, ...signIn].map(String))].join(" ") || "no code";
}
