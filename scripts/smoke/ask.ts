/** Asks a connector, with an operator's token, to make the canary visit of every connection now. */
import type { TokenCredential } from "@azure/identity";
import * as z from "zod";
import { PATHS } from "../../app/domain/addresses.ts";
import { canariesAnswer, type CanariesAnswer } from "../../app/domain/canary.ts";
import { isLoopback } from "../../app/domain/fhirBaseUrl.ts";
import { guid } from "../../app/domain/guid.ts";
import { ExplainedError } from "../local/stackFile.ts";

/** A time longer than the connector takes for the canary visits. */
const DEADLINE_MS = 120_000;

export type Smoke = CanariesAnswer;

const toldSchema = z.object({ happened: z.string(), next: z.string() });

/**
 * The connector's address, if it is one to which a token may be sent.
 * @throws ExplainedError
 */
export function connectorAt(said: string): URL {
  const url = URL.parse(said);
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname));
  if (url !== null && isSafe) return new URL(url.origin);
  throw new ExplainedError(`${said} is no address of a connector: it begins with https://`);
}

/**
 * A token of whoever is signed in, for the connector whose registration has this client id.
 * @throws ExplainedError
 */
export async function operatorToken(credential: TokenCredential, clientId: string): Promise<string> {
  if (!guid("").safeParse(clientId).success)
    throw new ExplainedError(
      `${clientId} is no client id. It is the stack's output clientId, and stands in Entra at the app registration.`,
    );
  const resource = "api://" + clientId;
  try {
    return (await credential.getToken(resource + "/.default"))?.token ?? "";
  } catch (cause) {
    throw new ExplainedError(
      `Entra gives no token for ${resource}: sign in with az login --tenant <tenant id>, as somebody with the role Connector.Operator (infra/README.md, From day to day).`,
      { cause },
    );
  }
}

/** @throws ExplainedError when there is no result of the canary visit */
export async function askCanary(at: URL, token: string): Promise<Smoke> {
  const answer = await askConnector(at, { path: "/api/canary", token });
  const smoke = canariesAnswer.safeParse(answer.json);
  if (answer.isOk && smoke.success) return smoke.data;
  throw new ExplainedError(answer.says);
}

export interface ConnectorAnswer {
  readonly isOk: boolean;
  /** Whether the request was understood but refused, so that asking again would change nothing. */
  readonly isRefusal: boolean;
  readonly json: unknown;
  /** A sentence about what was answered instead of what was asked for. */
  readonly says: string;
}

/**
 * Makes one request to the portal's API.
 * @throws ExplainedError when nothing answers
 */
export async function askConnector(
  at: URL,
  { path, token, body }: { readonly path: string; readonly token: string; readonly body?: object },
): Promise<ConnectorAnswer> {
  const answer = await fetch(new URL(PATHS.portal + path, at), {
    method: "POST",
    headers: {
      authorization: "Bearer " + token,
      accept: "application/json",
      ...(body && { "content-type": "application/json" }),
    },
    ...(body && { body: JSON.stringify(body) }),
    redirect: "error",
    signal: AbortSignal.timeout(DEADLINE_MS),
  }).catch((cause: unknown) => {
    throw new ExplainedError(
      `${at.host} does not answer. See that it runs, and that it lets this machine in (deployFrom in the stack file).`,
      { cause },
    );
  });
  const json = parsed(await answer.text());
  const told = toldSchema.safeParse(json).data;
  const { ok: isOk, status } = answer;
  return {
    isOk,
    isRefusal: status === 404 || status === 409,
    json,
    says:
      told === undefined
        ? `${at.host} answered ${String(status)}, and not as a connector does: is it the right address, and does its package know ${path}?`
        : `${at.host} answered ${String(status)}: ${told.happened} ${told.next}`,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
