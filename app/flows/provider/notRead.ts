/** What could not be read for a visit's page. The visit itself is in our store, so it stays on the page. */
import { answered, type Illness } from "../../domain/illness.ts";
import type { Visit } from "../../domain/visit.ts";
import { EhrFault, type EhrProblem } from "../../ports/ehr.ts";
import { VaultFault } from "../../ports/vault.ts";
import { VisitChanged } from "../../records/visitChanged.ts";
import { Fault } from "../../web/fault.ts";
import type { ProviderProblem } from "./problems.ts";

/** All that can keep the chart from being read for a page that is open: also what its sign-in says when it is renewed. */
export type ChartProblem =
  | EhrProblem["kind"]
  | Extract<ProviderProblem["kind"], "connection-failing" | "proof-missing" | "whose-untold">;

export type NotRead =
  /** The chart: `problem` says why. `readAt` is when it was last read, if it ever was. */
  | ({ readonly kind: "chart"; readonly problem: ChartProblem; readonly readAt?: Date } & {
      /** How it answered; absent where it did not, and where the problem says it. */
      readonly answered?: Illness;
    })
  /** The chart answers, and shows this person no such appointment. */
  | { readonly kind: "appointment-hidden" }
  /** The chart names no location of a department here, so the visit keeps its department. */
  | { readonly kind: "department" }
  /** The visit's department was removed here, so somebody else is named in its place. */
  | { readonly kind: "department-removed" }
  /** What the appointment's location is part of cannot be read, so the visit keeps its department. */
  | { readonly kind: "location" }
  /** Teams has not taken over the visit's times or lobby rule. */
  | { readonly kind: "meeting-behind" }
  /** Teams keeps the meeting closed, or may do so, although the visit takes place: only its organizer gets in. */
  | { readonly kind: "meeting-closed" }
  /** A consult that was just asked for: Teams did not begin its meeting, so the patient's visit is shown. */
  | { readonly kind: "consult" };

/**
 * The moment of which the page shows what the chart says: now where the chart was read for this view. Undefined where it is
 * not known, or where nothing on the page is the chart's.
 */
export function chartAsOf(
  { notRead, visit }: { readonly notRead: readonly NotRead[]; readonly visit: Pick<Visit, "kind"> },
  now: Date,
): Date | undefined {
  if (visit.kind === "consult") return undefined;
  const chart = notRead.find((one) => one.kind === "chart");
  if (chart !== undefined) return chart.readAt;
  return notRead.some(({ kind }) => kind === "appointment-hidden") ? undefined : now;
}

/** How the chart answered that it cannot serve now; empty where it did not answer, or where it is about something else. */
export const chartAnswered = (error: unknown): { readonly answered?: Illness } =>
  error instanceof EhrFault && "answered" in error.problem ? answered(error.problem.answered) : {};

/** Why the chart could not be read now; undefined if the error is about something else. */
export function chartProblem(error: unknown): ChartProblem | undefined {
  if (error instanceof EhrFault) return error.problem.kind;
  if (error instanceof VaultFault) return "proof-missing";
  // The visit was changed at each reading: what it is now is kept.
  if (error instanceof VisitChanged) return "chart-unavailable";
  const problem: { readonly kind: string } | undefined =
    error instanceof Fault ? (error as Fault<{ readonly kind: string }>).problem : undefined;
  const kind = problem?.kind;
  return kind === "connection-failing" || kind === "proof-missing" || kind === "whose-untold"
    ? kind
    : undefined;
}
