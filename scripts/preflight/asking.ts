/**
 * Asks Azure's management and Microsoft Graph with the sign-in of whoever runs `pulumi up`, by GET, and by POST where a list
 * is given in no other way.
 */
import type { TokenCredential } from "@azure/identity";
import { onceUnthrottled } from "../throttled.ts";
import { Unanswered, type Ask } from "./finding.ts";

const DEADLINE_MILLISECONDS = 20_000;

/** @param origin such as `https://management.azure.com`, which is also the audience of its tokens */
export function asking(
  origin: string,
  credential: TokenCredential,
  signal: AbortSignal,
  method: "GET" | "POST" = "GET",
): Ask {
  return async (path) => {
    const { token } = (await credential.getToken(origin + "/.default")) ?? { token: "" };
    const answer = await answered(method, origin + path, token, signal);
    const text = await answer.text();
    if (!answer.ok) throw new Unanswered(refusalWords(answer.status, text), answer.status);
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw new Unanswered(`${new URL(origin).host} answered what is not JSON`, answer.status);
    }
  };
}

async function answered(
  method: "GET" | "POST",
  url: string,
  token: string,
  signal: AbortSignal,
): Promise<Response> {
  try {
    const ask = () =>
      fetch(url, {
        method,
        headers: { authorization: "Bearer " + token, accept: "application/json" },
        redirect: "error",
        signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MILLISECONDS)]),
      });
    return await onceUnthrottled(ask, signal);
  } catch (cause) {
    signal.throwIfAborted();
    const reason = cause instanceof Error ? (cause.cause instanceof Error ? cause.cause : cause).message : "";
    throw new Unanswered(`${new URL(url).host} did not answer: ${reason}`);
  }
}

/** The vendor's own error code, and not its whole page. */
function refusalWords(status: number, text: string): string {
  const code = /"code"\s*:\s*"([\w.-]{1,80})"/.exec(text)?.[1];
  return `the answer was ${String(status)}${code === undefined ? "" : " " + code}`;
}
