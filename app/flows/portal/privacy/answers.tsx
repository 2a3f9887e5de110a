/** The addresses of the privacy page: what is kept of everything, what is held about one appointment, and its deletion. */
import type { FormerAddress } from "../../../records/formerAddresses.ts";
import { sendHtml } from "../../../web/sendHtml.ts";
import type { AskedBySomebody, PortalAnswers } from "../access.ts";
import { by } from "../asked.ts";
import { fieldOf, reasonIn } from "../fields.ts";
import type { PortalPages } from "../pages.tsx";
import type { PortalPicks } from "../parts.ts";
import { namesNumber, namesRecord } from "../reasons.ts";
import { appointmentAsked, appointmentIdIn, type AskedAppointment } from "./asked.ts";
import { heldPage } from "./heldPage.tsx";
import { privacyPage, type Search } from "./privacyPage.tsx";
import { endSubscription, subscriptionOf } from "./subscription.ts";

type PrivacyPages = "privacy" | "appointment" | "deleteAppointment";

const MOST_TO_CHOOSE = 100;
const NAMED =
  "Leave the appointment’s id, and other ids and phone numbers, out: the reason is kept in the audit trail. Nothing was deleted.";

const asChoice = ({ connectionId, fhirBaseUrl }: FormerAddress) => ({
  id: fhirBaseUrl,
  name: `${connectionId}, which had this base URL`,
});

export function privacyAnswers(picks: PortalPicks, pages: PortalPages): Pick<PortalAnswers, PrivacyPages> {
  const { audit, formerAddresses, holdings, hospital, log } = picks;

  const known = () => hospital.connections().catch(() => hospital.stackConnections);
  /** The former base URLs that no connection has now. */
  const former = async () => {
    const own = new Set((await known()).map(({ fhirBaseUrl }) => fhirBaseUrl));
    const had = await formerAddresses.list().catch(() => []);
    return had.filter(({ fhirBaseUrl }) => !own.has(fhirBaseUrl)).slice(0, MOST_TO_CHOOSE);
  };
  const showPage = async ({ response, session }: AskedBySomebody, status: number, search: Search) => {
    // Only the first ones are offered; for any other, its id is entered.
    const choices = [...(await known()).slice(0, MOST_TO_CHOOSE), ...(await former()).map(asChoice)];
    sendHtml(response, status, privacyPage(pages, session, search, choices));
  };
  /** The appointment that was asked for. Undefined if the form has been shown again, with what is wrong in it. */
  const asked = async (
    by: AskedBySomebody,
  ): Promise<Extract<AskedAppointment, { readonly ok: true }> | undefined> => {
    const found = await appointmentAsked(picks, by.request);
    if (found.ok) return found;
    await showPage(by, 422, found);
    return undefined;
  };
  const told = (who: AskedBySomebody, action: string, visit: string) => ({
    ...by(who, action),
    object: { kind: "visit", id: visit },
    changes: [],
  });

  return {
    async privacy(who) {
      const [only, ...more] = await known();
      const connection = more.length === 0 ? (only?.id ?? "") : "";
      await showPage(who, 200, { typed: { connection, appointment: "" }, faults: {} });
    },

    async appointment(who) {
      const found = await asked(who);
      if (found === undefined) return;
      const { appointment, typed } = found;
      const entry = told(who, "appointment.looked-up", holdings.idOf(appointment));
      await audit.commit(() => Promise.resolve({ writes: [], entries: [entry] }));
      const held = await holdings.about(appointment);
      sendHtml(who.response, 200, heldPage(pages, who.session, { typed, held }));
    },

    async deleteAppointment(who) {
      const found = await asked(who);
      if (found === undefined) return;
      const { appointment, typed } = found;
      const reason = reasonIn(who.request);
      const before = await holdings.about(appointment);
      const isSame = appointmentIdIn(fieldOf(who.request, "again")) === appointment.appointmentId;
      const faults = {
        ...(reason === ""
          ? { reason: "Enter the reason. Nothing was deleted." }
          : (namesRecord(reason, [appointment.appointmentId]) || namesNumber(reason)) && { reason: NAMED }),
        ...(before.length === 0 && !isSame && { again: "Enter the same id. Nothing was forbidden." }),
      };
      if (Object.keys(faults).length > 0) {
        sendHtml(who.response, 422, heldPage(pages, who.session, { typed, held: before, reason, faults }));
        return;
      }
      const visit = holdings.idOf(appointment);
      const subscription = await subscriptionOf(picks, visit);
      const entry = { ...told(who, "appointment.deleted", visit), reason };
      await audit.during(entry, () => holdings.delete(appointment));
      await endSubscription(picks, subscription);
      log.info("appointment.deleted", { connection: typed.connection });
      const held = await holdings.about(appointment);
      sendHtml(who.response, 200, heldPage(pages, who.session, { typed, held, isDeleted: true }));
    },
  };
}
