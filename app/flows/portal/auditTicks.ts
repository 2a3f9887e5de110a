/**
 * The ticks of the audit trail: its end is logged outside of the store, and its oldest events are removed after their
 * retention.
 */
import { expireEvents } from "../../records/auditRetention.ts";
import type { Tick } from "../../web/flow.ts";
import type { PortalPicks } from "./parts.ts";

const HOUR_SECONDS = 3600;

type AuditTickPicks = Pick<PortalPicks, "audit" | "log" | "now" | "store">;

export function auditTicks({ audit, log, now, store }: AuditTickPicks): readonly Tick[] {
  return [
    {
      name: "audit.head",
      concerns: "everybody",
      everySeconds: HOUR_SECONDS,
      async run() {
        const { number, hash } = await audit.head();
        if (number > 0) log.info("audit.head", { count: number, hash });
      },
    },
    {
      name: "audit.retention",
      concerns: "everybody",
      everySeconds: 24 * HOUR_SECONDS,
      async run({ signal }) {
        const gone = await expireEvents({ store, audit, now }, signal);
        if (gone > 0) log.info("audit.expired", { count: gone });
      },
    },
  ];
}
