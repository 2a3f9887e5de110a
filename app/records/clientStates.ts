/** What Graph brings back with whatever it tells: it says the visit and proves that we asked, and nothing is kept for it. */
import { timingSafeEqual } from "node:crypto";
import type { VisitId } from "../domain/linkToken.ts";
import type { Keyring } from "../ports/keyring.ts";

export interface ClientStates {
  of(visit: VisitId): string;
  /** Undefined for what is not ours. */
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
