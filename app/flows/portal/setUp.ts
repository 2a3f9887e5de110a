/** The steps of the set-up, in the order of the published guide, and how far each is. */
import { portalPath } from "./addresses.ts";
import type { Step } from "./homePage.tsx";
import type { PortalPicks } from "./parts.ts";

export async function setUp({ hospital }: Pick<PortalPicks, "hospital">): Promise<readonly Step[]> {
  const connections = await hospital.connections();
  const departments = await Promise.all(connections.map(({ id }) => hospital.departments(id)));
  const registered = connections.filter(({ provider }) => provider !== undefined);
  return [
    {
      says: "FHIR connections",
      at: portalPath("connections"),
      state: registered.length > 0 ? "done" : "open",
      about:
        connections.length === 0
          ? "No chart system is connected yet. Add the first one here, or in the stack file, under connections."
          : `${String(registered.length)} of ${String(connections.length)} have their client id from Oracle.`,
    },
    {
      says: "Departments",
      state: departments.flat().length > 0 ? "done" : "open",
      about:
        "Departments are made in the stack file, under departments. Their page comes with a later version.",
    },
    { says: "Texts and number", state: "coming", about: "Until then, sms and number in the stack file." },
    { says: "Review", state: "coming", about: "Until then, pulumi up prints what Oracle needs to register." },
  ];
}
