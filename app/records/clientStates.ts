/**
 * The text that Graph returns with each notification. It names the visit and proves that we asked for it, and nothing needs
 * to be kept for it.
 */
import { timingSafeEqual } from "node:crypto";
import type { VisitId } from "../domain/linkToken.ts";
import type { Keyring } from "../ports/keyring.ts";

export interface ClientStates {
  of(visit: VisitId): string;
  /** Undefined if the text is not ours. */
  visitOf(clientState: string): VisitId | undefined;
}

const FORM = /^(?<visit>[\w-]{16})\.[\w-]{22}$/;

export function openClientStates({ keyring }: { readonly keyring: Pick<Keyring, "hash"> }): ClientStates {
  const of = (visit: string) => visit + "." + keyring.hash("client state", visit);
  return {
    of,
    visitOf(clientState) {
      const visit = FORM.exec(clientState)?.groups?.["visit"];
      if (visit === undefined) return undefined;
      return timingSafeEqual(Buffer.from(clientState), Buffer.from(of(visit)))
        ? (visit as VisitId)
        : undefined;
    },
  };
}
