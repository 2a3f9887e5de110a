/** A clinician's launch on a store of its own: sessions, visits and links are real, the chart and Teams are scripted. */
import type { Department } from "../../app/domain/hospital.ts";
import type { Job } from "../../app/domain/job.ts";
import type { Visit } from "../../app/domain/visit.ts";
import type { ProviderParts } from "../../app/flows/provider/parts.ts";
import { EhrFault, type Chart, type ChartAppointment, type ChartPatient } from "../../app/ports/ehr.ts";
import { openAudit } from "../../app/records/audit.ts";
import { openMessages } from "../../app/records/messages.ts";
import { openOptOuts } from "../../app/records/optOuts.ts";
import { openSessions, type Session, type SessionContent } from "../../app/records/sessions.ts";
import { openSignIns } from "../../app/records/signIns.ts";
import { openStaffAccounts } from "../../app/records/staffAccounts.ts";
import { hashed, newSecret } from "../../app/web/secrets.ts";
import { UNTRACED } from "./faulty.ts";
import { connectionOf, departmentOf, findingDeployment, keyring, OURS } from "./findingDeployment.ts";
import { scriptedChart } from "./scriptedChart.ts";

const LAMNA = "lamna";
export const FHIR_USER = "https://fhir.example/r4/lamna/Practitioner/dr-1";

/** What the chart shows. A test changes it. */
export interface ShownChart {
  appointments: readonly ChartAppointment[];
  patient: ChartPatient;
  /** When set, every question to the chart fails with it. */
  trouble: Error | undefined;
}

export function launched(departments: readonly Department[] = [departmentOf(LAMNA)]) {
  const connection = connectionOf(LAMNA, {
    provider: {
      clientId: "provider",
      authentication: { method: "private_key_jwt", key: "k", algorithm: "RS384" },
    },
  });
  const system = scriptedChart((link) => !link.startsWith(OURS));
  const base = findingDeployment({
    charts: { [LAMNA]: system },
    connections: [connection],
    departments,
  });
  const { store, now, parts: found } = base;
  const { hospital, log } = found;
  const shown: ShownChart = {
    appointments: [],
    patient: { id: "p-1", replaced: [], name: "Example, Pat", hints: [] },
    trouble: undefined,
  };
  const show = <T>(of: () => T): Promise<T> =>
    shown.trouble === undefined ? Promise.resolve(of()) : Promise.reject(shown.trouble);
  const chart: Chart = {
    appointmentsOfEncounter: () => show(() => ({ ids: [], hints: [] })),
    appointment: (id) => show(() => shown.appointments.find((one) => one.id === id)),
    appointments: () => show(() => ({ found: shown.appointments, hints: [] })),
    patient: () => show(() => shown.patient),
    parentLocation: () => show(() => ({ kind: "top" })),
  };
  /** What the records that are not real here were told. */
  const noted: string[] = [];
  const note = (what: string) => (connectionId: string) => {
    noted.push(what + " " + connectionId);
    return Promise.resolve();
  };
  const audit = openAudit({ store, log, now });
  const parts = {
    ...found,
    audit,
    canaries: { begun: note("begun"), launched: note("launched") },
    ehr: { chart: () => chart },
    messages: openMessages({ store, keyring, now }),
    messaging: undefined,
    now,
    optOuts: openOptOuts({ store, keyring, log }),
    sessions: openSessions({ store, keyring, hospital, now }),
    sessionsOf: new WeakMap(),
    signIns: openSignIns({ store, keyring, log, now }),
    staffAccounts: openStaffAccounts({ store, keyring, log, now }),
    testVisits: { opened: note("opened") },
    traces: { ...UNTRACED, about: (about: object) => void noted.push(JSON.stringify(about)) },
    withFreshSession: <T>(session: Session, act: (fresh: Session) => Promise<T>) => act(session),
  } as unknown as ProviderParts;

  return {
    ...base,
    publicUrl: OURS,
    connection,
    /** The chart as it is read without a person. */
    system,
    parts,
    found: () => base.parts,
    shown,
    noted,
    /** The log's entries since this was last called, without their times. */
    logged(): Record<string, unknown>[] {
      return base.logged
        .splice(0)
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .map(({ time: _time, ...entry }) => entry);
    },
    store,
    /** An appointment of the chart's patient that begins in `inMinutes` minutes. */
    appointment: (inMinutes: number, change: Partial<ChartAppointment> = {}): ChartAppointment => ({
      id: "a-1",
      status: "booked",
      start: base.inMinutes(inMinutes),
      end: base.inMinutes(inMinutes + 30),
      clock: "instant",
      patients: ["p-1"],
      patientElsewhere: false,
      locations: ["loc-1"],
      clinicians: [],
      isVideo: true,
      type: "Video Visit",
      hints: [],
      ...change,
    }),
    /** The visit, with its meeting, of an appointment that begins in `inMinutes` minutes. */
    async booked(inMinutes = 10, appointmentId = "a-1"): Promise<Visit> {
      const [department] = departments;
      if (department === undefined) throw new Error("there is no department");
      const [start, end] = [base.inMinutes(inMinutes), base.inMinutes(inMinutes + 30)];
      const patients = { ids: ["p-1"], namesOf: () => Promise.resolve(["p-1"]) };
      return found.visits.open({ connectionId: LAMNA, appointmentId, patients, department, start, end });
    },
    /** The events of the audit trail, oldest first. */
    audited: async () => (await audit.events({ limit: 100 })).toReversed(),
    /** The jobs that are not done yet, earliest first. */
    async jobs(): Promise<readonly Job[]> {
      const page = await found.jobs.readSlice("open", { before: base.inMinutes(100_000), limit: 100 });
      return page.jobs.map(({ job }) => job);
    },
    /** The parts of the launch, with some of them replaced. */
    withParts: (more: object) => ({ ...parts, ...more }),
    /** The session of a launch that has just come back from the chart's sign-in. */
    async begin(content: Partial<SessionContent> = {}): Promise<Session & { readonly secret: string }> {
      const [secret, launchId] = [newSecret(), newSecret().slice(0, 22)];
      const grant = {
        accessToken: "token-1",
        obtainedAt: now().getTime(),
        expiresAt: now().getTime() + 600_000,
        fhirUser: FHIR_USER,
        patient: "p-1",
        needPatientBanner: true,
      };
      await parts.sessions.start({ id: hashed(secret), launchId, connection }, { grant, ...content });
      return { ...(await parts.sessions.byId(hashed(secret))), secret };
    },
    again: (session: Session): Promise<Session> => parts.sessions.byId(session.id),
  };
}

export const chartFault = (kind: "chart-unavailable" | "chart-refused" | "session-over" | "token-refused") =>
  new EhrFault({ kind }, "the chart says " + kind);

/** The problem with which an act fails; undefined if it does not fail. */
export async function problemOf(act: Promise<unknown>): Promise<unknown> {
  try {
    await act;
    return undefined;
  } catch (error) {
    return typeof error === "object" && error !== null && "problem" in error ? error.problem : error;
  }
}
