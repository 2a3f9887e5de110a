/**
 * A connector with a further chart system that answers whatever a test wants, and resources from which answers are made.
 */
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import type { StackChange } from "../../../harness/stack.ts";
import { launchAddress, withChart } from "./otherChart.ts";
import { json, LOCATION, MARKS, startSmallServer, type SmallServer } from "./smallServer.ts";

export interface ChartAt {
  readonly deployment: Deployment;
  readonly server: SmallServer;
  /** Launches, as a new person unless one is given. @returns the page to which that leads */
  launch(person?: Person): Promise<Page>;
  /** Launches without an encounter, so that the patient's appointments are searched for. */
  launchToSearch(person?: Person): Promise<Page>;
  /**
   * Sets the answer of the search for the patient's appointments, on one page, and those of reading each by its id. What is
   * set of an id afterwards is what a search that lags behind does not say yet.
   */
  searchFinds(...resources: readonly unknown[]): void;
  /** Sets the answer of one address below the base URL. */
  answers(path: string, body: object, status?: number): void;
  /** Sets what is wrong at Microsoft; nothing else is. */
  microsoft(faults: Readonly<Partial<Record<"graph", "down">>>): void;
  /** The log's entries since this was last called. */
  logged(): Record<string, unknown>[];
  stop(): Promise<void>;
}

export async function startChartAt(
  change: StackChange = (stack) => stack,
  aheadMs = AHEAD_MS,
): Promise<ChartAt> {
  let now = () => new Date();
  const server = await startSmallServer(() => now());
  const deployment = await startDeployment({
    stack: (stack, charts) => change(withChart(server)(stack), charts),
  });
  deployment.clock.forward(aheadMs);
  now = deployment.clock.now;
  server.reset(now());
  let looked = 0;
  const launch = (person = new Person()) => person.open(launchAddress(deployment.url, server.fhirBaseUrl));
  const at: ChartAt = {
    deployment,
    server,
    launch,
    launchToSearch(person) {
      server.answers.set("/fhir/Encounter/e-1", () => json({ resourceType: "Encounter" }));
      return launch(person);
    },
    searchFinds(...resources) {
      const entry = resources.map((resource) => ({ resource }));
      server.answers.set("/fhir/Appointment", () => json({ resourceType: "Bundle", entry }));
      for (const resource of resources) {
        const id = (resource as { readonly id?: unknown } | null)?.id;
        if (typeof id === "string")
          server.answers.set("/fhir/Appointment/" + id, () => json(resource as object));
      }
    },
    answers(path, body, status) {
      server.answers.set("/fhir/" + path, () => json(body, status));
    },
    microsoft({ graph }) {
      deployment.sandbox.microsoft.faults.clear();
      if (graph !== undefined) deployment.sandbox.microsoft.faults.set({ graph });
    },
    logged() {
      const lines = deployment.logged.slice(looked);
      looked = deployment.logged.length;
      return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    },
    async stop() {
      await deployment.stop();
      await server.stop();
    },
  };
  return at;
}

/** What the log says could not be read, kind by kind. */
export function readInPart(entries: readonly Record<string, unknown>[]): Record<string, unknown>[] {
  return entries
    .filter(({ event }) => event === "chart.read-in-part")
    .map(({ reason, names, count }) => ({
      reason,
      ...(names !== undefined && { names }),
      ...(count !== undefined && { count }),
    }));
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const hour = Number(
  new Date().toLocaleTimeString("en-GB", { timeZone: "America/Chicago", hour: "2-digit", hourCycle: "h23" }),
);
/** Late in the department's evening, and early in its night, the clock begins later: visits around now are all today's. */
const AHEAD_MS = hour >= 21 ? (26 - hour) * HOUR_MS : hour < 2 ? 2 * HOUR_MS : 0;
const opened = Date.now() + AHEAD_MS;

/** The moment `from` minutes after the tests began, as FHIR writes it. */
export const minutes = (from: number): string => new Date(opened + from * MINUTE_MS).toISOString();
export const days = (from: number): string => minutes(from * 24 * 60);

export const PATIENT = { actor: { reference: "Patient/" + MARKS.patient } };
export const PLACE = { actor: { reference: "Location/" + LOCATION } };

/** A sound video visit of this chart's patient, now. A change to `undefined` removes a member. */
export function appointment(change: Readonly<Record<string, unknown>> = {}): object {
  return {
    resourceType: "Appointment",
    id: "a-1",
    status: "booked",
    start: minutes(0),
    end: minutes(30),
    serviceType: [{ text: "Video Visit" }],
    participant: [PATIENT, PLACE],
    ...change,
  };
}

export const of = (patient: string) => [{ actor: { reference: patient } }, PLACE];
