/** Mutants of app/web and of the flow of patients' links that may survive; see excuses.ts. */

const NOTHING = "what stands for nothing is refused like every other text that is none of these";

export const OF_WEB = [
  {
    file: "app/web/floods.ts",
    line: "let begun = -Infinity;",
    mutators: ["UnaryOperator"],
    because: "either infinity is further away than any time",
  },
  {
    file: "app/web/cookies.ts",
    line: 'const pair = (request.headers.cookie ?? "").split("; ").find((part) => part.startsWith(name));',
    mutators: ["StringLiteral"],
    because: NOTHING,
  },
  {
    file: "app/web/callerAddress.ts",
    line: 'const bare = /^\\[?([^\\]]+?)\\]?(?::\\d+)?$/.exec(address)?.[1] ?? "";',
    mutators: ["StringLiteral"],
    because: NOTHING,
  },
  {
    file: "app/web/supportedBrowser.ts",
    line: 'const name = browser.name ?? "";',
    mutators: ["StringLiteral"],
    because: "what stands for no name is in no list of names",
  },
  ...["app/web/adminConsent.ts", "app/web/microsoftSignIn.ts", "app/web/limits.ts"].map((file) => ({
    file,
    line: 'const state = stateOf(request) ?? "";',
    mutators: ["StringLiteral"],
    because: "what has no state was left to other routes before; only the types ask",
  })),
  ...['socket.once("close", () => {', "clearTimeout(unread);"].map((line) => ({
    file: "app/web/eventStream.ts",
    line,
    mutators: ["BlockStatement", "StringLiteral"],
    because: "the clock of a connection that is closed: it holds up nothing, and nothing is left to destroy",
  })),
  {
    file: "app/web/limits.ts",
    line: 'return hashed([state, cookieOf(request, state) ?? ""].join(" "));',
    mutators: ["StringLiteral"],
    because: "any text that is no cookie's stands for none",
  },
  {
    file: "app/web/time.ts",
    line: "if (oldest !== undefined && spoken.size >= MOST_SPOKEN) spoken.delete(oldest);",
    mutators: ["ConditionalExpression", "EqualityOperator", "LogicalOperator"],
    because: "what is forgotten is made anew; it costs memory or time, and the words are the same",
  },
  {
    file: "app/flows/patient/destination.ts",
    line: 'const role = "visit" in link ? roleOf(link) : "guest";',
    mutators: ["StringLiteral"],
    because: "of a link without a visit nobody reads the role, but whether it is a colleague's",
  },
  {
    file: "app/flows/patient/link.ts",
    line: 'return visit.people.find(({ number }) => number === person)?.role ?? "guest";',
    mutators: ["StringLiteral"],
    because: "the link of whoever is not in the visit is revoked, and nobody reads the role of such a link",
  },
  {
    file: "app/flows/patient/door.ts",
    line: 'const meant = meantAddress(request.url ?? "");',
    mutators: ["StringLiteral"],
    because: "what Node's server receives has an address; only the types ask",
  },
  {
    file: "app/flows/patient/waits.ts",
    line: 'const recent: Pick<Usage, "departmentId" | "start" | "lobbySeconds">[] = [];',
    mutators: ["ArrayDeclaration"],
    because: "what is no visit is of no department, and is not counted",
  },
] as const;
