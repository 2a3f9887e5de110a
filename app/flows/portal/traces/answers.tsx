/** The address of traces: what happened, by the reference that a fault's page shows, and what happened last. */
import type { Trace } from "../../../records/traces.ts";
import { FURTHER } from "../../../web/floods.ts";
import { parametersOf } from "../../../web/parameters.ts";
import { sendHtml } from "../../../web/sendHtml.ts";
import type { PortalAnswers } from "../access.ts";
import type { PortalPages } from "../pages.tsx";
import type { PortalPicks } from "../parts.ts";
import { tracesPage } from "./tracesPage.tsx";

const LAST = 50;
const WEEK_MS = 7 * 86_400_000;
/** Other steps of the same launch are looked for within this time before and after a step, and among this many traces. */
const NEAR_MS = 15 * 60_000;
const NEAR = 500;

export function traceAnswers(
  { traces, now }: Pick<PortalPicks, "traces" | "now">,
  pages: PortalPages,
): Pick<PortalAnswers, "traces"> {
  const span = (from: number, until: number, limit: number) =>
    traces.list({ from: new Date(from), until: new Date(until + 1), limit });

  async function sameLaunch({ at, launch, reference }: Trace): Promise<readonly Trace[]> {
    if (launch === undefined) return [];
    const moment = Date.parse(at);
    const near = await span(moment - NEAR_MS, moment + NEAR_MS, NEAR);
    return near.filter((other) => other.launch === launch && other.reference !== reference);
  }

  return {
    async traces({ request, response, session }) {
      const typed = parametersOf(request).get("reference") ?? "";
      if (typed === "") {
        const time = now().getTime();
        const last = await span(time - WEEK_MS, time, LAST);
        sendHtml(response, 200, tracesPage(pages, session, { typed, last }));
        return;
      }
      const reference = typed.replace(/\s/g, "").toUpperCase();
      const [, kept, further] = REFERENCE.exec(reference) ?? [];
      if (kept === undefined) {
        sendHtml(
          response,
          422,
          tracesPage(pages, session, { typed: typed.slice(0, 100), fault: NO_REFERENCE }),
        );
        return;
      }
      const trace = await traces.of(kept);
      // Only for what stands for others there are references with a number.
      const isShown = trace !== undefined && (further === undefined || trace.standsForOthers === true);
      const found = isShown
        ? { trace, others: await sameLaunch(trace), isFurther: further !== undefined }
        : undefined;
      const shown =
        found === undefined ? { typed: reference, fault: NOT_THERE } : { typed: reference, found };
      sendHtml(response, found === undefined ? 404 : 200, tracesPage(pages, session, shown));
    },
  };
}

/** Of a request that is not kept by itself, the reference of the one that stands for it, and a number. */
const REFERENCE = new RegExp(`^([0-9A-F]{8})(?:${FURTHER}([0-9]{1,9}))?$`);
const NO_REFERENCE =
  "A reference has eight characters, digits and letters from A to F; behind some stands a number, as in 0A1B2C3D-2.";
const NOT_THERE =
  "There is no trace with this reference. A trace is kept for 7 days, where the store could be written to.";
