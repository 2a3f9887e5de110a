/**
 * A log entry is one line of JSON: an event's name and a few safe fields. There is no way to log a body, a header, a query
 * string, a name or a number, because only these fields exist and their values are short.
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
  /** Hash of the audit trail's last event. A person who can change the trail cannot change the log. */
  readonly hash?: string;
  /**
   * Keyed hashes of an EHR user and of a visit. Only what staff did and the audit trail could not take is logged with them, so
   * that it can still be said who did it.
   */
  readonly ehrUser?: string;
  readonly visit?: string;
  /** Names of settings, scopes or resource types, which are the connector's own words. */
  readonly names?: readonly string[];
}

export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  /**
   * Logs `cause` as the chain of its names and messages, each with the line of the stack. This project's errors hold no
   * content of requests.
   */
  error(event: string, cause: unknown, fields?: LogFields): void;
}

const LONGEST = 300;
/** How many causes of causes are logged. It also ends the chain of an error that is its own cause. */
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

/** The lines about a cause. It never throws, whatever the cause is, because the code that logs has work to finish. */
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
  // The message is removed first, because its own lines could be mistaken for lines of the stack.
  const where = error.stack
    ?.replace(error.message, "")
    .split("\n")
    .find((line) => line.trim().startsWith("at "))
    ?.trim();
  const lines = where === undefined ? [own] : [own, where];
  return error.cause === undefined || deep <= 1 ? lines : [...lines, ...chain(error.cause, deep - 1)];
}

/**
 * The message, if it is safe. JSON's parser quotes what it cannot read: a vendor's body, a row, a request. Vendors' own
 * libraries do the same.
 */
function messageOf(error: Error): string {
  if (error instanceof SyntaxError) return "what was read is not as it must be";
  return isOfLibrary(error) ? codesOf(error) : error.message;
}

/** Members by which the errors of Azure's clients and of MSAL are recognized; no error of this project has one. */
const OF_LIBRARIES = ["correlationId", "diagnostics", "errorCode", "errorResponse", "request", "statusCode"];

/**
 * Whether the error is such a library's. Its message may be the whole answer, with a recipient's number or the name of a
 * person who signed in.
 */
function isOfLibrary(error: Error): boolean {
  return OF_LIBRARIES.some((member) => member in error) || error.name.endsWith("AuthenticationError");
}

/** Status and codes, including Entra's (AADSTS). The codes are documented and identify nobody. */
function codesOf(error: Error): string {
  const members = new Map<string, unknown>(Object.entries(error));
  const codes = ["statusCode", "code", "errorCode", "subError"]
    .map((name) => members.get(name))
    .filter((code) => typeof code === "number" || (typeof code === "string" && /^[\w.:-]{1,60}$/.test(code)));
  const signIn = error.message.match(/\bAADSTS\d{4,8}\b/g) ?? [];
  return [...new Set([...codes, ...signIn].map(String))].join(" ") || "no code";
}

/** A vendor that is away is one thing to know, however many visits meet it, and for however long. */
export interface Outages {
  /**
   * Logs a failure, unless it belongs to an outage that is logged already.
   * @param reason a code; each reason is an outage of its own
   * @param whom whom it concerns, by an id; empty where it concerns everybody
   */
  tell(reason: string, whom: string, cause: unknown, fields?: LogFields): void;
  /** What was asked for somebody was done, so their outages are over, and those that concern everybody. */
  isOver(whom: string): void;
}

/** How long the same outage is not logged again where a vendor answers now and then. */
const QUIET_MS = 600_000;
/** More outages than are under way at once; beyond that the oldest are forgotten. */
const MOST_OUTAGES = 1000;

export function openOutages(log: Pick<Log, "error">, event: string, now: () => Date): Outages {
  const told = new Map<string, { readonly whom: string; readonly at: number; isOver: boolean }>();
  return {
    tell(reason, whom, cause, fields) {
      const outage = JSON.stringify([reason, whom]);
      const known = told.get(outage);
      const at = now().getTime();
      if (known !== undefined && (!known.isOver || at - known.at < QUIET_MS)) return;
      told.delete(outage);
      told.set(outage, { whom, at, isOver: false });
      const [oldest] = told.keys();
      if (told.size > MOST_OUTAGES && oldest !== undefined) told.delete(oldest);
      log.error(event, cause, fields);
    },
    isOver(whom) {
      for (const outage of told.values())
        if (outage.whom === whom || outage.whom === "") outage.isOver = true;
    },
  };
}
