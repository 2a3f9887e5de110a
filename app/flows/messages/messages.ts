/**
 * The flow that tells patients of their visits: notices, reminders and cancellations, by text and by mail. It has no
 * addresses.
 */
import { Router } from "express";
import type { UndoneOf } from "../../domain/job.ts";
import { hasSystemClient } from "../../ports/systemEhr.ts";
import type { Flow } from "../../web/flow.ts";
import { messageChecks, type Chosen } from "./checks.ts";
import { givenUp } from "./givenUp.ts";
import { messageJob } from "./messageJob.ts";
import type { MessagePicks } from "./parts.ts";
import { planner } from "./plan.ts";

export function messagesFlow(
  parts: MessagePicks & Chosen,
): Flow<"message"> & { readonly undone: Pick<UndoneOf, "message"> } {
  const plan = planner(parts);
  return {
    routes: Router(),
    jobs: { message: messageJob(parts) },
    undone: { message: givenUp(parts) },
    ticks: [
      { name: "messages.changes", concerns: "everybody", everySeconds: 5, run: (turn) => plan.changes(turn) },
      {
        name: "messages.reminders",
        concerns: "everybody",
        everySeconds: 60,
        each: async () => (await parts.hospital.connections()).filter(hasSystemClient).map(({ id }) => id),
        run: (turn) => plan.reminders(turn),
      },
    ],
    checks: () => messageChecks(parts),
  };
}
