/** Where what the connector keeps and processes lies, as far as Azure tells the connector itself. */
import type { Store } from "../ports/store.ts";

/** `place`: a region of Azure, or a data location of Communication Services. */
export interface DataPlace {
  readonly what: "site" | "store" | "texts and mails";
  readonly place: string;
}

export interface DataPlaces {
  /** Empty on a laptop. */
  told(): readonly DataPlace[];
}

/** Communication Services says in its host name where it keeps data: `visits.unitedstates.communication.azure.com`. */
const COMMUNICATION = /^[^.]+\.(?<place>[a-z]+)\.communication\.azure\.com$/;

/**
 * @param region that App Service tells the site
 * @param communication address of the Communication Services resource
 */
export function openDataPlaces(
  store: Pick<Store, "regions">,
  region: string | undefined,
  communication: string | undefined,
): DataPlaces {
  const texts =
    communication === undefined ? undefined : COMMUNICATION.exec(new URL(communication).hostname)?.groups;
  return {
    told: () => [
      ...(region === undefined ? [] : [{ what: "site" as const, place: region }]),
      ...store.regions().map((place) => ({ what: "store" as const, place })),
      ...(texts?.["place"] === undefined
        ? []
        : [{ what: "texts and mails" as const, place: texts["place"] }]),
    ],
  };
}
