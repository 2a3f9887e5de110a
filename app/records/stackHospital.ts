import type { Settings } from "../config/readSettings.ts";
import type { Hospital } from "./hospital.ts";

/** What the stack says, as the settings brought it. */
export function stackHospital(
  settings: Pick<Settings, "organization" | "visits" | "connections" | "departments">,
): Hospital {
  const { connections, departments } = settings;
  return {
    organization: settings.organization,
    visitRules: settings.visits,
    connections: () => Promise.resolve(connections),
    connection: (id) => Promise.resolve(connections.find((connection) => connection.id === id)),
    connectionByUrl: (url) =>
      Promise.resolve(connections.find((connection) => connection.fhirBaseUrl === url)),
    departments: (connectionId) =>
      Promise.resolve(departments.filter(({ connection }) => connection === connectionId)),
    department: (id) => Promise.resolve(departments.find((department) => department.id === id)),
  };
}
