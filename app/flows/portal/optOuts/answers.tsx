/**
 * The addresses of opt-outs: whether a number has ended texts, and removing that. The number is used and not kept; the audit
 * trail has its keyed hash.
 */
import { phoneNumberOf } from "../../../domain/phoneNumbers.ts";
import { sendHtml } from "../../../web/sendHtml.ts";
import type { AskedBySomebody, PortalAnswers } from "../access.ts";
import { by } from "../asked.ts";
import { fieldOf, reasonIn } from "../fields.ts";
import type { PortalPages } from "../pages.tsx";
import type { PortalPicks } from "../parts.ts";
import { namesNumber, namesRecord } from "../reasons.ts";
import { optOutsPage, type Shown } from "./optOutsPage.tsx";

const LONGEST_NUMBER = 100;
/** How many last digits identify a number within its area. */
const LOCAL_DIGITS = 7;

export function optOutAnswers(
  { audit, log, now, optOuts }: Pick<PortalPicks, "audit" | "log" | "now" | "optOuts">,
  pages: PortalPages,
): Pick<PortalAnswers, "optOuts" | "optOut" | "removeOptOut"> {
  const show = ({ response, session }: AskedBySomebody, status: number, shown: Shown) => {
    sendHtml(response, status, optOutsPage(pages, session, shown));
  };
  /** The number that was entered. Undefined if the form has been shown again, with what is wrong in it. */
  const numberIn = (asked: AskedBySomebody): string | undefined => {
    const typed = fieldOf(asked.request, "number").slice(0, LONGEST_NUMBER);
    const read = phoneNumberOf(typed);
    if (read?.textable === true) return read.number;
    show(asked, 422, { typed, faults: { number: read === undefined ? NO_NUMBER : NOT_TEXTED } });
    return undefined;
  };
  const told = (asked: AskedBySomebody, action: string, id: string) => ({
    ...by(asked, action),
    object: { kind: "phone number", id },
    changes: [],
  });

  return {
    optOuts: (asked) => {
      show(asked, 200, { typed: "" });
    },

    async optOut(asked) {
      const number = numberIn(asked);
      if (number === undefined) return;
      const found = await optOuts.about(number);
      const entry = told(asked, "opt-out.looked-up", found.id);
      await audit.commit(() => Promise.resolve({ writes: [], entries: [entry] }));
      show(asked, 200, { typed: number, found });
    },

    async removeOptOut(asked) {
      const number = numberIn(asked);
      if (number === undefined) return;
      const found = await optOuts.about(number);
      const reason = reasonIn(asked.request);
      const isAsShown = found.stoppedAt?.toISOString() === fieldOf(asked.request, "since");
      // Somebody who sends the form twice is told that it is gone, which is what they wanted.
      if (found.stoppedAt === undefined || !isAsShown) {
        show(asked, found.stoppedAt ? 409 : 200, { typed: number, found, reason, came: "not-as-shown" });
        return;
      }
      const fault = faultOf(reason, number);
      if (fault !== undefined) {
        show(asked, 422, { typed: number, found, reason, faults: { reason: fault } });
        return;
      }
      const { id, stoppedAt } = found;
      const entry = { ...told(asked, "opt-out.removed", id), reason };
      const after = await audit.during(entry, () => optOuts.remove(number, stoppedAt, now()));
      const isRemoved = after.stoppedAt === undefined;
      if (isRemoved) log.info("opt_out.removed");
      const came = isRemoved ? "removed" : "not-as-shown";
      show(asked, isRemoved ? 200 : 409, { typed: number, found: after, reason, came });
    },
  };
}

function faultOf(reason: string, number: string): string | undefined {
  if (reason === "") return "Enter the reason. Nothing was removed.";
  const digits = reason.normalize("NFKC").replace(/\D/g, "");
  if (digits.includes(number.slice(-LOCAL_DIGITS)) || namesNumber(reason))
    return "Leave the number out: the reason is kept in the audit trail. Nothing was removed.";
  if (namesRecord(reason))
    return "Leave ids of the chart out: the reason is kept in the audit trail. Nothing was removed.";
  return undefined;
}

const NO_NUMBER =
  "Enter one whole phone number with its area code, without an extension, such as (202) 555-0123.";
const NOT_TEXTED =
  "The connector texts no such number: it is toll-free or premium-rate, or of a country other than the United States, Canada and Puerto Rico.";
