/**
 * The addresses of background work that was given up: what it was and why, and trying it again or discarding it, which the
 * audit trail records.
 */
import { discardJob, listJobs, replayJob } from "../../../records/jobUpkeep.ts";
import { sendHtml } from "../../../web/sendHtml.ts";
import type { AskedBySomebody, PortalAnswers } from "../access.ts";
import { portalPath } from "../addresses.ts";
import { by } from "../asked.ts";
import { leadOn } from "../done.ts";
import { fieldOf } from "../fields.ts";
import type { PortalPages } from "../pages.tsx";
import type { PortalPicks } from "../parts.ts";
import { workPage } from "./workPage.tsx";

const MOST_SHOWN = 100;

/**
 * Thrown where somebody else was quicker, so that the audit trail says that it was not done. The message is shown to people.
 */
class NotDone extends Error {}

export function workAnswers(
  { audit, jobs }: Pick<PortalPicks, "audit" | "jobs">,
  pages: PortalPages,
): Pick<PortalAnswers, "work" | "replayWork" | "discardWork"> {
  const show = async ({ response, session }: AskedBySomebody, status = 200, refused?: string) => {
    const { all: given, unreadable } = await listJobs(jobs, "poisoned", MOST_SHOWN);
    const isCut = given.length === MOST_SHOWN;
    const shown = { given, unreadable, isCut, ...(refused !== undefined && { refused }) };
    sendHtml(response, status, workPage(pages, session, shown));
  };
  const decide = async (asked: AskedBySomebody, action: string, act: typeof replayJob) => {
    const id = fieldOf(asked.request, "job").slice(0, 500);
    const kept = await jobs.read(id);
    const isShown = kept?.job.endedAt?.toISOString() === fieldOf(asked.request, "ended");
    if (kept?.job.state !== "poisoned" || !isShown) {
      await show(asked, 409, "It is not given up any more: somebody has decided on it, or it was replayed.");
      return;
    }
    const entry = { ...by(asked, action), object: { kind: "job", id }, changes: [] };
    try {
      await audit.during(entry, async () => {
        const refused = await act(jobs, id, jobs.now());
        if (refused !== undefined) throw new NotDone(refused);
      });
    } catch (fault) {
      if (!(fault instanceof NotDone)) throw fault;
      await show(asked, 409, fault.message);
      return;
    }
    leadOn(asked, portalPath("work"));
  };
  return {
    work: (asked) => show(asked),
    replayWork: (asked) => decide(asked, "work.replayed", replayJob),
    discardWork: (asked) => decide(asked, "work.discarded", discardJob),
  };
}
