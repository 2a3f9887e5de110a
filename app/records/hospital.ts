/** What the hospital has set up. The stack's word comes first; what a stack leaves out will be the portal's. */
import type { FhirBaseUrl } from "../domain/fhirBaseUrl.ts";
import {
  organizersOf,
  type ConfiguredConnection,
  type Department,
  type Organization,
  type VisitRules,
} from "../domain/hospital.ts";

export interface Hospital {
  readonly organization: Organization;
  readonly visitRules: VisitRules;
  connections(): Promise<readonly ConfiguredConnection[]>;
  connection(id: string): Promise<ConfiguredConnection | undefined>;
  connectionByUrl(url: FhirBaseUrl): Promise<ConfiguredConnection | undefined>;
  departments(connectionId: string): Promise<readonly Department[]>;
  department(id: string): Promise<Department | undefined>;
  /** Whether a Microsoft account owns a department's meetings. */
  isOrganizer(objectId: string): Promise<boolean>;
}

/** What a stack says. */
export interface SaidByStack {
  readonly organization: Organization;
  readonly visits: VisitRules;
  readonly connections: readonly ConfiguredConnection[];
  readonly departments: readonly Department[];
}

export function openHospital({ organization, visits, connections, departments }: SaidByStack): Hospital {
  const organizers = new Set(departments.flatMap(organizersOf).map((one) => one.toLowerCase()));
  return {
    organization,
    visitRules: visits,
    connections: () => Promise.resolve(connections),
    connection: (id) => Promise.resolve(connections.find((connection) => connection.id === id)),
    connectionByUrl: (url) =>
      Promise.resolve(connections.find((connection) => connection.fhirBaseUrl === url)),
    departments: (connectionId) =>
      Promise.resolve(departments.filter(({ connection }) => connection === connectionId)),
    department: (id) => Promise.resolve(departments.find((department) => department.id === id)),
    isOrganizer: (objectId) => Promise.resolve(organizers.has(objectId.toLowerCase())),
  };
}
