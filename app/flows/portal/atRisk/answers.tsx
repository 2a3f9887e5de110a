/** Visits at risk: which visits of the next 24 hours may fail, why, and whose move it is; and which appointment one of them is. */
import { isVisitId } from "../../../domain/linkToken.ts";
import { parametersOf } from "../../../web/parameters.ts";
import { sendHtml } from "../../../web/sendHtml.ts";
import type { AskedBySomebody, PortalAnswers } from "../access.ts";
import { by } from "../asked.ts";
import { fieldOf } from "../fields.ts";
import { ofMany } from "../ofMany.ts";
import type { PortalPages } from "../pages.tsx";
import type { PortalPicks } from "../parts.ts";
import { atRiskPage, type Told } from "./atRiskPage.tsx";
import { lookAtRisks } from "./look.ts";

export function atRiskAnswers(
  picks: Pick<PortalPicks, "audit" | "foundVisits" | "hospital" | "now">,
  pages: PortalPages,
): Pick<PortalAnswers, "atRisk" | "tellAppointment"> {
  const { audit, foundVisits } = picks;
  const look = ofMany(picks, () => lookAtRisks(picks));
  const show = async ({ response, session }: AskedBySomebody, only: string, told?: Told) => {
    const risks = await look();
    const chosen = risks.departments.some(({ id }) => id === only) ? only : "";
    sendHtml(response, 200, atRiskPage(pages, session, { ...risks, chosen, ...(told && { told }) }));
  };
  return {
    atRisk: (asked) => show(asked, parametersOf(asked.request).get("department") ?? ""),

    async tellAppointment(asked) {
      const visit = String(asked.request.params["id"]);
      const found = isVisitId(visit) ? await foundVisits.byId(visit) : undefined;
      const appointment = found && (await foundVisits.appointmentId(found.id));
      const told: Told =
        found === undefined || appointment === undefined
          ? { visit }
          : { visit, appointment, connection: found.connectionId };
      if (appointment !== undefined) {
        // Told before it is shown: what somebody has seen cannot be taken back.
        const entry = {
          ...by(asked, "appointment.shown"),
          object: { kind: "visit", id: visit },
          changes: [],
        };
        await audit.commit(() => Promise.resolve({ writes: [], entries: [entry] }));
      }
      await show(asked, fieldOf(asked.request, "department"), told);
    },
  };
}
