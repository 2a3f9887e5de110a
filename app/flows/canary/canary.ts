/**
 * The flow of the canary visit of each connection: made hourly, and at once when an operator asks. It touches no patient.
 */
import { Router } from "express";
import { isYounger } from "../../domain/age.ts";
import { CANARY_STEPS, firstFailed, type CanaryStep } from "../../domain/canary.ts";
import { atMost } from "../../domain/few.ts";
import type { ConfiguredConnection } from "../../domain/hospital.ts";
import type { Canary, CanaryOf } from "../../records/canaries.ts";
import type { Check, Flow } from "../../web/flow.ts";
import type { CanaryPicks } from "./parts.ts";
import { STEPS, type CanaryAt } from "./steps.ts";

export const CANARY_VISIT = "canary.visit";
const EVERY_SECONDS = 3_600;
/** A request must be answered within this time: the front end gives it up after some minutes. */
const ANSWERED_WITHIN_MS = 90_000;
const AT_ONCE = 4;

export interface CanaryFlow extends Flow {
  /** Makes the canary visit of every connection now. Whoever asks while that is under way gets the same result. */
  readonly visitAll: () => Promise<readonly CanaryOf[]>;
}

export function canaryFlow(parts: CanaryPicks): CanaryFlow {
  const { hospital, canaries } = parts;
  let underWay: Promise<readonly CanaryOf[]> | undefined;
  const visitAll = async () => {
    const signal = AbortSignal.timeout(ANSWERED_WITHIN_MS);
    const inTurn = atMost(AT_ONCE);
    const visited = (connection: ConfiguredConnection) =>
      inTurn(async () => {
        const ran = await canaryVisit(parts, connection, signal);
        const { id, name } = connection;
        const { launchedAt } = await unlessItFails(parts, id, canaries.of(id), {});
        return { connection: { id, name }, ran, ...(launchedAt && { launchedAt }) };
      });
    return Promise.all((await hospital.connections()).map(visited));
  };
  return {
    routes: Router(),
    jobs: {},
    ticks: [
      {
        name: CANARY_VISIT,
        concerns: "everybody",
        everySeconds: EVERY_SECONDS,
        each: async () => (await hospital.connections()).map(({ id }) => id),
        async run({ of = "", signal }) {
          const connection = await hospital.connection(of);
          if (connection !== undefined) await canaryVisit(parts, connection, signal);
        },
      },
    ],
    async checks() {
      const connections = await hospital.connections();
      const each = await Promise.all(
        connections.map(async ({ id }) => ({ id, canary: await canaries.of(id) })),
      );
      const made = each.map(({ canary }) => canary);
      return [...each.flatMap(({ id, canary }) => checksOf(id, canary)), versionCheck(made, parts.now())];
    },
    visitAll: () => (underWay ??= visitAll().finally(() => (underWay = undefined))),
  };
}

/** A release takes minutes, and whoever promotes has the slot make canary visits, too. */
const RELEASE_MS = 2 * 3_600_000;

/** Whether another package works on the same store, by the canary visits that each package leaves. */
function versionCheck(canaries: readonly Canary[], now: Date): Check {
  const check = { name: "version" } as const;
  const others = canaries.flatMap(({ beside }) => beside ?? []);
  const [last] = others.toSorted((one, other) => other.at.getTime() - one.at.getTime());
  if (last !== undefined && isYounger(last.at.getTime(), now, RELEASE_MS))
    return {
      ...check,
      isWarning: true,
      fault: `The package ${last.digest.slice(0, 12)} has made its canary visit, too, at ${last.at.toISOString().slice(11, 16)} (UTC), after this process began.`,
    };
  if (canaries.some(({ ran }) => ran !== undefined)) return check;
  return { ...check, unseen: "No canary visit was made yet with the package that runs." };
}

type Ran = NonNullable<Canary["ran"]>;

/** Makes one canary visit. When a step fails, those that do not build on it are still tried. */
async function canaryVisit(
  parts: CanaryPicks,
  connection: ConfiguredConnection,
  signal: AbortSignal,
): Promise<Ran> {
  const { canaries, hospital, log, now } = parts;
  const began = now();
  const at: CanaryAt = { connection, departments: await hospital.departments(connection.id), signal };
  const steps: CanaryStep[] = [];
  for (const step of CANARY_STEPS) {
    const from = performance.now();
    const result = await STEPS[step](parts, at);
    steps.push({ step, ...result, milliseconds: Math.round(performance.now() - from) });
  }
  const failure = firstFailed(steps);
  const milliseconds = steps.reduce((sum, one) => sum + one.milliseconds, 0);
  const fields = { connection: connection.id, milliseconds };
  if (failure === undefined) log.info("canary.passed", fields);
  else log.warn("canary.failed", { ...fields, reason: `${failure.step}: ${failure.why ?? ""}` });
  await unlessItFails(parts, connection.id, canaries.ran(connection.id, began, steps), undefined);
  return { at: began, steps };
}

/**
 * The result of `kept`, or `otherwise` where the store fails, so that the answer is given all the same. A step of its own
 * tells of the store.
 */
async function unlessItFails<T>(
  { log }: CanaryPicks,
  connection: string,
  kept: Promise<T>,
  otherwise: T,
): Promise<T> {
  return kept.catch((error: unknown) => {
    log.error("canary.not_kept", error, { connection });
    return otherwise;
  });
}

/**
 * The checks of one canary visit. Meetings have a check of their own, because somebody else has to mend the accounts that
 * own them.
 */
function checksOf(of: string, { ran }: Canary): readonly Check[] {
  const steps = ran?.steps ?? [];
  const failure = firstFailed(steps.filter(({ step }) => step !== "meeting"));
  const canary: Check =
    ran === undefined
      ? { name: "canary", of, unseen: "None was made yet with the package that runs." }
      : failure === undefined
        ? { name: "canary", of, ...notTriedOf(steps) }
        : {
            name: "canary",
            of,
            fault: `At the step ${failure.step}: ${failure.why ?? ""}`,
            ...moveOf(failure),
          };
  return [
    canary,
    organizersOfSteps(
      of,
      steps.find(({ step }) => step === "meeting"),
    ),
  ];
}

/** A visit was tried out only if the chart system was asked where to sign in, and Teams for a meeting. */
function notTriedOf(steps: readonly CanaryStep[]): Pick<Check, "unseen"> {
  const left = steps.find(
    ({ step, outcome }) => (step === "discovery" || step === "meeting") && outcome === "not-tried",
  );
  return left === undefined ? {} : { unseen: left.why ?? NOT_TRIED };
}

const NOT_TRIED = "It was not tried.";

function organizersOfSteps(of: string, step: CanaryStep | undefined): Check {
  const check = { name: "organizers", of } as const;
  if (step === undefined) return { ...check, unseen: "No meeting was tried yet with the package that runs." };
  if (step.outcome === "failed") return { ...check, fault: step.why ?? "", ...moveOf(step) };
  return step.outcome === "passed" ? check : { ...check, unseen: step.why ?? NOT_TRIED };
}

const moveOf = ({ move }: CanaryStep) => (move === undefined ? {} : { move });
