/**
 * The addresses of linked accounts: which Microsoft accounts clinicians have linked to their chart user, and removing one.
 */
import type { Request } from "express";
import * as z from "zod";
import { parametersOf } from "../../../web/parameters.ts";
import { sendHtml } from "../../../web/sendHtml.ts";
import type { PortalAnswers } from "../access.ts";
import { portalPath } from "../addresses.ts";
import { by } from "../asked.ts";
import { leadOn } from "../done.ts";
import type { PortalPages } from "../pages.tsx";
import type { PortalPicks } from "../parts.ts";
import { linkedAccountsPage, sliceAt, type ShownLinkedAccount } from "./linkedAccountsPage.tsx";

/** Microsoft is asked for the name of each account on a page. */
const ON_A_PAGE = 25;
const cursor = z.string().max(2000).regex(/^.+$/).optional().catch(undefined);
/** Where the slice begins that somebody reads, or that had the form; undefined for the first one. */
const afterIn = (request: Request) => cursor.parse(parametersOf(request).get("after") ?? undefined);

export function linkedAccountAnswers(
  { audit, directory, staffAccounts }: Pick<PortalPicks, "audit" | "directory" | "staffAccounts">,
  pages: PortalPages,
): Pick<PortalAnswers, "linkedAccounts" | "removeLinkedAccount"> {
  return {
    async linkedAccounts({ request, response, session }) {
      const after = afterIn(request);
      const { accounts, next } = await staffAccounts.readSlice(ON_A_PAGE, after);
      const shown = await Promise.all(
        accounts.map(async (account): Promise<ShownLinkedAccount> => {
          const person = await directory.person(account.objectId);
          return { ...account, ...(person && { person }) };
        }),
      );
      sendHtml(response, 200, linkedAccountsPage(pages, session, shown, { after, next }));
    },

    async removeLinkedAccount(asked) {
      const id = String(asked.request.params["id"]);
      // Somebody who sends the form twice finds the account unlinked, which is what they wanted.
      const account = await staffAccounts.byId(id);
      if (account !== undefined) {
        const changes = [{ member: "account", from: account.objectId }];
        const entry = { ...by(asked, "staff-link.removed"), object: { kind: "staff-link", id }, changes };
        await audit.during(entry, () => staffAccounts.remove(id));
      }
      leadOn(asked, sliceAt(portalPath("linkedAccounts"), afterIn(asked.request)));
    },
  };
}
