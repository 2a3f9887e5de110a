/**
 * Searches every answer that a test's person gets: what is secret (codes, states, tokens, launch contexts, cookies) stands in no page of the
 * connector, in no address that a page is read at, and in no line of its log.
 */
const SECRET_PARAMETERS = ["code", "state", "nonce", "launch", "code_challenge", "error_uri"];
/** Shorter ones are a test's own words, such as `launch=x`. */
const SHORTEST = 16;
/** What both vendors' tokens and assertions look like, and what 256 random bits of the connector's look like. */
const SHAPES = [/eyJ[\w-]+\.eyJ[\w-]+/, /(?<![\w%-])[\w-]{43}(?![\w-])/];

const handedOut = new Set<string>();

/** An address that the browser was at, or was sent to. */
export function noticeAddress(url: URL): void {
  for (const name of SECRET_PARAMETERS) for (const value of url.searchParams.getAll(name)) notice(value);
}

export function notice(value: string): void {
  if (value.length >= SHORTEST) handedOut.add(value);
}

/** @throws when something secret stands in the text. */
export function refuseSecrets(text: string, where: string): void {
  const shaped = SHAPES.map((shape) => shape.exec(text)?.[0]).find((found) => found !== undefined);
  const leaked = shaped ?? [...handedOut].find((secret) => text.includes(secret));
  if (leaked !== undefined) throw new Error("a secret stands in " + where + ": " + leaked + "\n" + text);
}
