/**
 * A sign-in under way: it begins with a state in the address and a secret in a cookie, and ends with an answer that has
 * both.
 */
import type { Remembered, SignInFlow, SignIns, Taken } from "../records/signIns.ts";
import { hashed, newSecret } from "./secrets.ts";

export interface Begun {
  readonly state: string;
  /** The secret that the cookie holds, and the hash that names the cookie. */
  readonly cookie: { readonly secret: string; readonly stateHash: string };
}

/** Keeps `content` for the answer to `state`. */
export async function beginSignIn<F extends SignInFlow>(
  signIns: SignIns,
  flow: F,
  state: string,
  content: Remembered<F>,
): Promise<Begun> {
  const [secret, stateHash] = [newSecret(), hashed(state)];
  await signIns.begin(flow, { state: stateHash, cookie: hashed(secret) }, content);
  return { state, cookie: { secret, stateHash } };
}

/**
 * What was remembered for a state; given once, and only to the browser that began. `cookieOf` reads the secret that the
 * browser sent.
 */
export function takeSignIn<F extends SignInFlow>(
  signIns: SignIns,
  flow: F,
  state: string,
  cookieOf: (stateHash: string) => string | undefined,
): Promise<Taken<F>> {
  const stateHash = hashed(state);
  const secret = cookieOf(stateHash);
  return signIns.take(flow, stateHash, secret === undefined ? undefined : hashed(secret));
}
