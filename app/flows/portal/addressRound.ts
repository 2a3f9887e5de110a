/** What comes round for connections of the stack file: the base URLs that they have are known when they are there no more. */
import type { Tick } from "../../web/flow.ts";
import type { PortalPicks } from "./parts.ts";

const DAY_SECONDS = 24 * 3600;

export function addressRound({
  formerAddresses,
  hospital,
}: Pick<PortalPicks, "formerAddresses" | "hospital">): Tick {
  return {
    name: "connections.addresses",
    concerns: "everybody",
    everySeconds: DAY_SECONDS,
    async run() {
      for (const { id: connectionId, fhirBaseUrl, environment } of hospital.stackConnections)
        await formerAddresses.note({ connectionId, fhirBaseUrl, environment });
    },
  };
}
