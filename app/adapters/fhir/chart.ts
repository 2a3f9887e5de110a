/** Reading a chart with the clinician's own rights. */
import type { z } from "zod";
import type { ConfiguredConnection } from "../../domain/hospital.ts";
import type { Wait } from "../../domain/retry.ts";
import { EhrFault, type Chart, type ChartAppointment, type Grant } from "../../ports/ehr.ts";
import { isBelow } from "./idToken.ts";
import {
  appointmentSchema,
  bundleSchema,
  chartAppointment,
  chartPatient,
  encounterSchema,
  idOf,
  locationSchema,
  patientSchema,
} from "./resources.ts";
import { Unreachable, type Incoming, type Send } from "./send.ts";

export interface ChartDeps {
  readonly send: Send;
  readonly now: () => Date;
  readonly wait: Wait;
  /** Which location is part of which, by connection and id: places change rarely and say nothing about patients. */
  readonly places: Map<string, { readonly parent: string | undefined; readonly at: number }>;
}

const PLACES_KEPT_MS = 3_600_000;
const MOST_PAGES = 10;
const MOST_HOPS = 5;
const TRIES = 3;
const LONGEST_PAUSE_MS = 2_000;

export function openChart(deps: ChartDeps, connection: ConfiguredConnection, grant: Grant): Chart {
  const base = connection.fhirBaseUrl;
  const read = <S extends z.ZodType>(path: string, schema: S) => get(deps, grant, base, base + path, schema);

  return {
    async appointmentOfEncounter(encounter) {
      const resource = await read("/Encounter/" + encodeURIComponent(encounter), encounterSchema);
      return idOf(resource?.appointment[0]?.reference, "Appointment", base);
    },
    async appointment(id) {
      const resource = await read("/Appointment/" + encodeURIComponent(id), appointmentSchema);
      return resource && chartAppointment(resource, connection);
    },
    async appointments(patient, from, before) {
      const query = new URLSearchParams({ patient });
      query.append("date", "ge" + from.toISOString());
      query.append("date", "lt" + before.toISOString());
      return search(deps, connection, grant, base + "/Appointment?" + query.toString());
    },
    async patient(id) {
      let resource = await read("/Patient/" + encodeURIComponent(id), patientSchema);
      for (let hop = 0; hop < MOST_HOPS; hop++) {
        const replacement = resource?.link.find(({ type }) => type === "replaced-by");
        const next = idOf(replacement?.other.reference, "Patient", base);
        if (next === undefined) break;
        resource = await read("/Patient/" + encodeURIComponent(next), patientSchema);
      }
      if (resource === undefined)
        throw new EhrFault({ kind: "chart-refused" }, "the patient's record is not visible to this user");
      return chartPatient(resource);
    },
    async parentLocation(id) {
      const place = base + " " + id;
      const known = deps.places.get(place);
      if (known !== undefined && deps.now().getTime() - known.at < PLACES_KEPT_MS) return known.parent;
      const resource = await read("/Location/" + encodeURIComponent(id), locationSchema);
      const parent = idOf(resource?.partOf?.reference, "Location", base);
      deps.places.set(place, { parent, at: deps.now().getTime() });
      return parent;
    },
  };
}

/** Follows `next` as the server gives it, but only below the base; the same id on two pages counts once, the newer wins. */
async function search(
  deps: ChartDeps,
  connection: ConfiguredConnection,
  grant: Grant,
  first: string,
): Promise<readonly ChartAppointment[]> {
  const found = new Map<string, ChartAppointment>();
  let next: string | undefined = first;
  for (let page = 0; next !== undefined && page < MOST_PAGES; page++) {
    const bundle: z.output<typeof bundleSchema> | undefined = await get(
      deps,
      grant,
      connection.fhirBaseUrl,
      next,
      bundleSchema,
    );
    for (const { resource, search: how } of bundle?.entry ?? []) {
      if (how?.mode === "outcome" || resource?.resourceType !== "Appointment") continue;
      const parsed = appointmentSchema.safeParse(resource);
      const appointment = parsed.success ? chartAppointment(parsed.data, connection) : undefined;
      if (appointment !== undefined) found.set(appointment.id, appointment);
    }
    next = bundle?.link.find(({ relation }) => relation === "next")?.url;
  }
  return [...found.values()].sort((a, b) => a.start.getTime() - b.start.getTime());
}

/** The resource, or undefined when the server has none that this user may see. */
async function get<S extends z.ZodType>(
  deps: ChartDeps,
  grant: Grant,
  base: string,
  url: string,
  schema: S,
): Promise<z.output<S> | undefined> {
  if (!isBelow(base, url))
    throw new EhrFault({ kind: "chart-refused" }, "refused to send a token outside the base URL");
  const answer = await patiently(deps, {
    url,
    headers: { authorization: "Bearer " + grant.accessToken, accept: "application/fhir+json" },
  });
  if (answer.status === 404 || answer.status === 410) return undefined;
  if (answer.status === 401)
    throw new EhrFault({ kind: "token-refused" }, "the chart system does not accept the access token");
  if (answer.status === 429 || answer.status >= 500)
    throw new EhrFault(
      { kind: "chart-unavailable" },
      "the chart system answered " + String(answer.status) + trace(answer),
    );
  if (answer.status !== 200)
    throw new EhrFault(
      { kind: "chart-refused" },
      "the chart system answered " + String(answer.status) + trace(answer),
    );
  const parsed = schema.safeParse(json(answer.body));
  if (!parsed.success)
    throw new EhrFault(
      { kind: "chart-unavailable" },
      "the chart system's answer is not the FHIR resource asked for",
    );
  return parsed.data;
}

/** Reading is safe to repeat: after 429, 502 and 503, as long as the server asks for if that is short. */
async function patiently(
  deps: ChartDeps,
  request: { url: string; headers: Record<string, string> },
): Promise<Incoming> {
  for (let attempt = 1; ; attempt++) {
    const answer = await deps.send({ method: "GET", ...request }).catch((cause: unknown) => {
      if (cause instanceof Unreachable)
        throw new EhrFault({ kind: "chart-unavailable" }, "the chart system did not answer", { cause });
      throw cause;
    });
    if (![429, 502, 503].includes(answer.status) || attempt === TRIES) return answer;
    const pause = retryAfterMs(answer, deps.now()) ?? 200 * 2 ** attempt;
    if (pause > LONGEST_PAUSE_MS) return answer;
    await deps.wait(pause);
  }
}

function retryAfterMs(answer: Incoming, now: Date): number | undefined {
  const value = answer.headers["retry-after"];
  if (value === undefined) return undefined;
  const at = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now.getTime();
  return Number.isNaN(at) ? undefined : Math.max(0, at);
}

/** The ids that Oracle's support asks for. */
function trace(answer: Incoming): string {
  const ids = ["x-request-id", "cerner-correlation-id", "opc-request-id"].flatMap(
    (name) => answer.headers[name] ?? [],
  );
  return ids.length === 0 ? "" : " (" + ids.join(" ").slice(0, 160) + ")";
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
