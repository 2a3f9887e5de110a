/** What administrators set of reports: beyond which limits a call is poor, and whether appointments' ids are kept with the rows. */
import * as z from "zod";
import { settingKind } from "./settingKind.ts";

/** Higher limits than these are no limits any more. */
export const MOST = { lossPercent: 100, jitterMs: 10_000, roundTripMs: 10_000, poorStreamsPercent: 100 };

const reportsValue = z
  .object({
    lossPercent: z.number().min(0).max(MOST.lossPercent),
    jitterMs: z.number().min(0).max(MOST.jitterMs),
    roundTripMs: z.number().min(0).max(MOST.roundTripMs),
    poorStreamsPercent: z.number().min(0).max(MOST.poorStreamsPercent),
    keepsAppointments: z.boolean(),
  })
  .meta({
    description:
      "beyond which loss, jitter, round trip and part of poor streams a visit's calls are poor, and whether reports keep appointments' ids",
  });

export type PortalReports = z.output<typeof reportsValue>;

export const portalReports = settingKind({
  name: "reports",
  what: "what administrators have said of reports",
  value: reportsValue,
});

/** The id of the one setting. */
export const REPORTS_ID = "reports";
