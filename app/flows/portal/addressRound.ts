/**
 * The tick that keeps the base URLs of the stack file's connections, so that they are still known after a connection has
 * left the stack file.
 */
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
