/** The addresses of integration records: what each shows, sends or does. */
import { SettingMoved, SettingTaken } from "../../../records/settings.ts";
import { sendHtml } from "../../../web/sendHtml.ts";
import type { AskedBySomebody, PortalAnswers } from "../access.ts";
import { portalPath } from "../addresses.ts";
import { by } from "../asked.ts";
import { leadOn } from "../done.ts";
import { lookingIn } from "../connections/looking.ts";
import { fieldOf } from "../fields.ts";
import type { PortalPages } from "../pages.tsx";
import type { PortalPicks } from "../parts.ts";
import { fault } from "../problems.ts";
import { jsonOf, textOf } from "./files.ts";
import { listPage } from "./listPage.tsx";
import { givenNow, recordsOfAll, type IntegrationRecords } from "./records.ts";
import { recordsPage } from "./recordsPage.tsx";

type IntegrationPages =
  "integration" | "integrationRecords" | "integrationText" | "integrationJson" | "markGiven";

export function integrationAnswers(
  picks: PortalPicks,
  pages: PortalPages,
): Pick<PortalAnswers, IntegrationPages> {
  const { givenSettings, hospital, now } = picks;
  const recordsIn = async ({ request }: Pick<AskedBySomebody, "request">): Promise<IntegrationRecords> => {
    const { rows, recordsOf } = await recordsOfAll(picks);
    const found = rows.find(({ id }) => id === request.params["id"]);
    if (found === undefined) throw fault({ kind: "not-found" });
    return recordsOf(found);
  };
  const fileOf = () => ({ organization: hospital.organization.name, at: now() });

  return {
    async integration({ request, response, session }) {
      const shown = { ...(await recordsOfAll(picks)), looking: lookingIn({ request }) };
      sendHtml(response, 200, listPage(pages, session, shown));
    },

    async integrationRecords(asked) {
      const shown = { records: await recordsIn(asked) };
      sendHtml(asked.response, 200, recordsPage(pages, asked.session, shown));
    },

    async integrationText(asked) {
      const records = await recordsIn(asked);
      asked.response.attachment(`integration-${records.id}.txt`).type("text/plain");
      asked.response.send(textOf(records, fileOf()));
    },

    async integrationJson(asked) {
      const records = await recordsIn(asked);
      asked.response.attachment(`integration-${records.id}.json`).type("application/json");
      asked.response.send(JSON.stringify(jsonOf(records, fileOf()), undefined, 2) + "\n");
    },

    async markGiven(asked) {
      const records = await recordsIn(asked);
      const { id, forms, given, digest, differences } = records;
      const shows = (isMoved: true) => {
        sendHtml(asked.response, 409, recordsPage(pages, asked.session, { records, isMoved }));
      };
      if (fieldOf(asked.request, "shown") !== digest) {
        shows(true);
        return;
      }
      const change = by(asked, "integration.given");
      const value = givenNow(forms);
      try {
        if (given === undefined) await givenSettings.add(change, id, value);
        else if (differences.length > 0) await givenSettings.replace(change, id, given.revision, value);
      } catch (error) {
        if (!(error instanceof SettingMoved || error instanceof SettingTaken)) throw error;
        // Somebody else marked values at the same time: the same ones, or others.
        const now = await recordsIn(asked);
        if (now.given === undefined || now.differences.length > 0) {
          shows(true);
          return;
        }
      }
      leadOn(asked, portalPath("integrationRecords", id));
    },
  };
}
