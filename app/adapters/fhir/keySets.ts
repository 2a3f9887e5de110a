/** The keys that sign a chart system's id_tokens, as it publishes them. */
import type { JSONWebKeySet } from "jose";
import { z } from "zod";
import { isYounger } from "../../domain/age.ts";
import { EhrFault } from "../../ports/ehr.ts";
import { listOf, readJson, text, Unreadable } from "../wire/members.ts";
import type { Send } from "./send.ts";

const jwksSchema = z.object({
  keys: listOf(z.looseObject({ kid: text.optional(), kty: text })).refine((keys) => keys.length > 0),
});
const openIdSchema = z.object({ jwks_uri: z.url() });

const KEPT_MS = 600_000;
const NOT_AGAIN_BEFORE_MS = 30_000;

/** Published key sets, kept for ten minutes; an unknown `kid` asks again at once, at most every half minute. */
export class KeySets {
  readonly #send: Send;
  readonly #now: () => Date;
  readonly #sets = new Map<string, { readonly set: JSONWebKeySet; readonly at: number }>();

  constructor(send: Send, now: () => Date) {
    this.#send = send;
    this.#now = now;
  }

  /** @throws EhrFault */
  async having(uri: string, kid: string | undefined): Promise<JSONWebKeySet> {
    const known = this.#sets.get(uri);
    const has = kid === undefined || known?.set.keys.some((key) => key.kid === kid) === true;
    if (known !== undefined && isYounger(known.at, this.#now(), has ? KEPT_MS : NOT_AGAIN_BEFORE_MS))
      return known.set;
    const set = (await this.#read(uri, jwksSchema, "the published key set")) as JSONWebKeySet;
    this.#sets.set(uri, { set, at: this.#now().getTime() });
    return set;
  }

  /** For servers whose discovery names no key set: the OpenID document under the id_token's own issuer. @throws EhrFault */
  async uriOf(issuer: string): Promise<string> {
    const document = issuer.replace(/\/$/, "") + "/.well-known/openid-configuration";
    const { jwks_uri } = await this.#read(document, openIdSchema, "the issuer's openid-configuration");
    if (new URL(jwks_uri).origin !== new URL(issuer).origin)
      throw new EhrFault({ kind: "sign-in-unproven" }, "the key set is on another origin than the issuer");
    return jwks_uri;
  }

  async #read<S extends z.ZodType>(url: string, schema: S, what: string): Promise<z.output<S>> {
    const { status, body } = await this.#send({
      method: "GET",
      url,
      headers: { accept: "application/json" },
    });
    if (status >= 500 || status === 429)
      throw new EhrFault({ kind: "sign-in-unavailable" }, `${what} answered ${String(status)}`);
    if (status !== 200)
      throw new EhrFault({ kind: "keys-unreadable" }, `${what} answered ${String(status)} instead of 200`);
    try {
      return readJson(schema, body).value;
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      throw new EhrFault({ kind: "keys-unreadable" }, what + " cannot be read", { cause: error });
    }
  }
}
