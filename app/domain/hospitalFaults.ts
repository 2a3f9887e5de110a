import { fhirBaseUrl } from "./fhirBaseUrl.ts";
import type { StackSettings } from "../../infra/stack/schema.ts";

/** What connections, their keys and departments say about each other. */
export function hospitalFaults(stack: StackSettings): string[] {
  return [...connectionFaults(stack), ...keyFaults(stack), ...departmentFaults(stack)];
}

/** A vault key is RSA or EC, so it signs by one algorithm. */
function keyFaults(stack: StackSettings): string[] {
  const algorithms = new Map<string, string>();
  return (stack.connections ?? []).flatMap(({ provider }, index) => {
    if (provider?.authentication.method !== "private_key_jwt") return [];
    const { key, algorithm } = provider.authentication;
    const earlier = algorithms.get(key) ?? algorithm;
    algorithms.set(key, earlier);
    return earlier === algorithm
      ? []
      : [
          "connections[" +
            String(index) +
            "].provider.authentication.algorithm: " +
            key +
            " signs by " +
            earlier +
            " for an earlier connection; use another key",
        ];
  });
}

function connectionFaults(stack: StackSettings): string[] {
  const local = stack.environment === "local";
  const seen = { ids: new Set<string>(), urls: new Set<string>() };
  return (stack.connections ?? []).flatMap((connection, index) => {
    const key = "connections[" + String(index) + "]";
    const faults: string[] = [];
    if (seen.ids.has(connection.id))
      faults.push(key + ".id: is used by an earlier connection; ids must differ");
    seen.ids.add(connection.id);
    const verdict = fhirBaseUrl(connection.fhirBaseUrl, { loopback: local });
    if (!verdict.ok) faults.push(key + ".fhirBaseUrl: " + verdict.reason);
    else if (seen.urls.has(verdict.url)) faults.push(key + ".fhirBaseUrl: is used by an earlier connection");
    else seen.urls.add(verdict.url);
    if (stack.environment === "test" && connection.environment === "production")
      faults.push(key + ".environment: a test deployment takes only test connections");
    for (const end of ["authorizationEndpoint", "tokenEndpoint"] as const) {
      const address = connection.signIn?.[end];
      if (address !== undefined && !local && !address.startsWith("https://"))
        faults.push(key + ".signIn." + end + ": must start with https://");
    }
    return faults;
  });
}

function departmentFaults(stack: StackSettings): string[] {
  const connections = new Set((stack.connections ?? []).map((connection) => connection.id));
  const ids = new Set<string>();
  const owners = new Map<string, string>();
  return (stack.departments ?? []).flatMap((department, index) => {
    const key = "departments[" + String(index) + "]";
    const faults: string[] = [];
    if (ids.has(department.id)) faults.push(key + ".id: is used by an earlier department; ids must differ");
    ids.add(department.id);
    if (stack.connections !== undefined && !connections.has(department.connection))
      faults.push(key + ".connection: no connection has the id " + department.connection);
    for (const location of department.locations) {
      const place = department.connection + " " + location;
      const owner = owners.get(place);
      if (owner !== undefined)
        faults.push(key + ".locations: " + location + " belongs to department " + owner + " already");
      owners.set(place, department.id);
    }
    return faults;
  });
}
