/** The keys that sign a chart system's id_tokens, as it publishes them. */
import type { JSONWebKeySet } from "jose";
import * as z from "zod";
import { isYounger } from "../../domain/age.ts";
import { EhrFault } from "../../ports/ehr.ts";
import { TooLarge } from "../wire/body.ts";
import { listOf, readJson, text, Unreadable } from "../wire/members.ts";
import { pageWords } from "../wire/page.ts";
import { isNotNow } from "../wire/status.ts";
import { getPatiently, type PatienceDeps } from "./patience.ts";
import { illness } from "./reading.ts";
import { isPage, Unreachable, type Incoming } from "./send.ts";

const jwksSchema = z.object({
  keys: listOf(z.looseObject({ kid: text.optional(), kty: text })).refine((keys) => keys.length > 0),
});
const openIdSchema = z.object({ jwks_uri: z.url() });

const KEPT_MS = 600_000;
const NOT_AGAIN_BEFORE_MS = 30_000;
/**
 * How long known keys are used while none can be read in their place, however that fails: a 404 may be a deployment's. A
 * launch whose code is spent cannot be tried again, so a key that was known an hour ago is accepted.
 */
const KEPT_WHILE_UNREAD_MS = 3_600_000;

/**
 * Published key sets. They are kept for ten minutes, and for an hour while they cannot be read anew. An unknown `kid` makes
 * the set be read again at once, at most once every half minute, so that tokens with made-up ones burden nobody. What is read
 * for another reason does not count: a key may have been published a moment later.
 */
export class KeySets {
  readonly #deps: PatienceDeps;
  readonly #sets = new Map<string, { readonly set: JSONWebKeySet; readonly at: number }>();
  /** When each set was last read again because of an unknown `kid`. */
  readonly #soughtAt = new Map<string, number>();

  constructor(deps: PatienceDeps) {
    this.#deps = deps;
  }

  /** @throws EhrFault */
  async having(uri: string, kid: string | undefined): Promise<JSONWebKeySet> {
    const known = this.#sets.get(uri);
    const has = kid === undefined || known?.set.keys.some((key) => key.kid === kid) === true;
    const now = this.#deps.now();
    const isFresh = known !== undefined && isYounger(known.at, now, KEPT_MS);
    if (isFresh && (has || isYounger(this.#soughtAt.get(uri) ?? NaN, now, NOT_AGAIN_BEFORE_MS)))
      return known.set;
    try {
      const set = (await this.#read(uri, jwksSchema, "the published key set")) as JSONWebKeySet;
      this.#sets.set(uri, { set, at: now.getTime() });
      if (isFresh) this.#soughtAt.set(uri, now.getTime());
      return set;
    } catch (error) {
      if (known === undefined || !has || !isYounger(known.at, now, KEPT_WHILE_UNREAD_MS) || !isUnread(error))
        throw error;
      return known.set;
    }
  }

  /**
   * Address of the key set for servers whose discovery names none: from the OpenID configuration below the id_token's own
   * issuer.
   * @throws EhrFault
   */
  async uriOf(issuer: string): Promise<string> {
    const document = issuer.replace(/\/$/, "") + "/.well-known/openid-configuration";
    const { jwks_uri } = await this.#read(document, openIdSchema, "the issuer's openid-configuration");
    if (new URL(jwks_uri).origin !== new URL(issuer).origin)
      throw new EhrFault(
        { kind: "sign-in-unproven", check: "signature" },
        "the key set is on another origin than the issuer",
      );
    return jwks_uri;
  }

  async #read<S extends z.ZodType>(url: string, schema: S, what: string): Promise<z.output<S>> {
    const answer = await this.#ask(url, what);
    const { status, body } = answer;
    if (isNotNow(status))
      throw new EhrFault(
        { kind: "sign-in-unavailable", answered: illness(answer) },
        `${what} answered ${String(status)}`,
      );
    if (isPage(answer))
      throw new EhrFault({ kind: "sign-in-unavailable", answered: "error" }, `${what} ${pageWords(status)}`);
    if (status !== 200)
      throw new EhrFault({ kind: "keys-unreadable" }, `${what} answered ${String(status)} instead of 200`);
    try {
      return readJson(schema, body).value;
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      throw new EhrFault({ kind: "keys-unreadable" }, what + " cannot be read", { cause: error });
    }
  }

  async #ask(url: string, what: string): Promise<Incoming> {
    try {
      return await getPatiently(this.#deps, { url, headers: { accept: "application/json" } });
    } catch (cause) {
      if (!(cause instanceof Unreachable)) throw cause;
      if (cause.cause instanceof TooLarge)
        throw new EhrFault({ kind: "keys-unreadable" }, what + " is too large", { cause });
      throw new EhrFault({ kind: "sign-in-unavailable" }, what + " did not answer", { cause });
    }
  }
}

const isUnread = (error: unknown): boolean => error instanceof EhrFault;
