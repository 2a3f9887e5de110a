/**
 * The addresses of visits at risk: which visits of the next 24 hours may fail, why, and whose move it is; and which
 * appointment one of them is.
 */
import { isVisitId } from "../../../domain/linkToken.ts";
import { parametersOf } from "../../../web/parameters.ts";
import { sendHtml } from "../../../web/sendHtml.ts";
import type { AskedBySomebody, PortalAnswers } from "../access.ts";
import { by } from "../asked.ts";
import { onlyOf } from "../reports/whose.ts";
import { fieldOf } from "../fields.ts";
import { ofMany } from "../ofMany.ts";
import type { PortalPages } from "../pages.tsx";
import type { PortalPicks } from "../parts.ts";
import { atRiskPage, type Told } from "./atRiskPage.tsx";
import { lookAtRisks } from "./look.ts";

export function atRiskAnswers(
  picks: Pick<PortalPicks, "audit" | "foundVisits" | "hospital" | "managerSettings" | "now">,
  pages: PortalPages,
): Pick<PortalAnswers, "atRisk" | "tellAppointment"> {
  const { audit, foundVisits } = picks;
  const look = ofMany(picks, () => lookAtRisks(picks));
  const show = async ({ response, session }: AskedBySomebody, department: string, told?: Told) => {
    const [only, all] = await Promise.all([onlyOf(picks, session, "configure"), look()]);
    const departments = all.departments.filter(({ id }) => only?.includes(id) !== false);
    const risks = { ...all, departments, only };
    const chosen = departments.some(({ id }) => id === department) ? department : "";
    sendHtml(response, 200, atRiskPage(pages, session, { ...risks, chosen, ...(told && { told }) }));
  };
  return {
    atRisk: (asked) => show(asked, parametersOf(asked.request).get("department") ?? ""),

    async tellAppointment(asked) {
      const visit = String(asked.request.params["id"]);
      const only = await onlyOf(picks, asked.session, "configure");
      const kept = isVisitId(visit) ? await foundVisits.byId(visit) : undefined;
      // A visit of a department that the person may not see is answered exactly like one that does not exist.
      const found = kept && only?.includes(kept.departmentId) !== false ? kept : undefined;
      const appointment = found && (await foundVisits.appointmentId(found.id));
      const told: Told =
        found === undefined || appointment === undefined
          ? { visit }
          : { visit, appointment, connection: found.connectionId };
      if (appointment !== undefined) {
        // Recorded before it is shown, because what somebody has seen cannot be taken back.
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
