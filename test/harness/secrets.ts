/**
 * Checks along with every walk of a test that no secret (code, state, token, launch context, cookie) is in a page of the
 * connector, in the address of a page, or in a line of the log.
 */
const SECRET_PARAMETERS = ["code", "state", "nonce", "launch", "code_challenge", "error_uri"];
/** Shorter values are a test's own words, such as `launch=x`. */
const SHORTEST = 16;
/** The shapes of both vendors' tokens and assertions, and of the connector's own 256 random bits. */
const SHAPES = [/eyJ[\w-]+\.eyJ[\w-]+/, /(?<![\w%-])[\w-]{43}(?![\w-])/];

const handedOut = new Set<string>();

/** Notes the secrets in an address at which the browser was, or to which it was sent. */
export function noticeAddress(url: URL): void {
  for (const name of SECRET_PARAMETERS) for (const value of url.searchParams.getAll(name)) notice(value);
}

export function notice(value: string): void {
  if (value.length >= SHORTEST) handedOut.add(value);
}

/** @throws when the text has one of the noted secrets, or something that looks like one */
export function refuseSecrets(text: string, where: string): void {
  const shaped = SHAPES.map((shape) => shape.exec(text)?.[0]).find((found) => found !== undefined);
  const leaked = shaped ?? [...handedOut].find((secret) => text.includes(secret));
  if (leaked !== undefined) throw new Error("a secret stands in " + where + ": " + leaked + "\n" + text);
}
