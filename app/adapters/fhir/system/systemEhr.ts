/**
 * The chart system as the connector itself reads and writes it, without a person (port systemEhr.ts): which file
 * answers each question of a chart, and what all callers of one connection share.
 */
import type { Environment } from "../../../domain/environment.ts";
import type { Wait } from "../../../domain/retry.ts";
import type { Log } from "../../../log.ts";
import type { Keyring } from "../../../ports/keyring.ts";
import type {
  AppointmentRead,
  NotFhir,
  LocationShown,
  NotShown,
  SystemChart,
  SystemConnection,
  SystemEhr,
  Trouble,
} from "../../../ports/systemEhr.ts";
import type { Vault } from "../../../ports/vault.ts";
import { readMembers } from "../../wire/members.ts";
import { bareId } from "../references.ts";
import { locationSchema } from "../resources.ts";
import { openSend } from "../send.ts";
import { readAppointment } from "./appointment.ts";
import { read, unlessUnreadable, type Asking } from "./ask.ts";
import { locations, locationsBelow } from "./locations.ts";
import { Pace } from "./pace.ts";
import { patientIds } from "./patientIds.ts";
import { Slots } from "./slots.ts";
import { recipient } from "./recipient.ts";
import { appointmentsById, searchAppointments } from "./search.ts";
import { isToken, SystemTokens, type SystemTokenDeps } from "./token.ts";
import { writeLinks, writeStatus } from "./writing.ts";

export interface SystemEhrOptions {
  readonly vault: Vault;
  readonly keyring: Pick<Keyring, "open">;
  /** The deployment's environment. It decides whether links are written where a connection does not say so. */
  readonly environment: Environment;
  readonly log: Log;
  readonly now: () => Date;
  readonly wait: Wait;
  /** How many jobs the worker does at the same time; slow chart systems may occupy only some of these slots. */
  readonly jobsAtOnce: number;
  /** Whether plain http and loopback addresses are allowed: in `environment: local` only. */
  readonly allowLoopback: boolean;
}

/** A search over many locations takes long, and no person waits for it. */
const DEADLINE_MS = 20_000;
/** A hundred appointments with their narratives are a few hundred kilobytes. */
const MAX_BYTES = 4_000_000;

export function openSystemEhr(options: SystemEhrOptions): SystemEhr {
  const { vault, keyring, environment, log, now, wait, allowLoopback } = options;
  const send = openSend({ deadlineMs: DEADLINE_MS, maxBytes: MAX_BYTES, allowLoopback });
  const deps = { send, secrets: { vault, keyring }, environment, log, now, wait };
  const slots = new Slots(options.jobsAtOnce, Math.random);
  const known = new Map<string, { readonly said: string; readonly asking: Shared }>();
  return {
    chart(connection, { tokenEndpoint }, asker) {
      const said = JSON.stringify([connection, tokenEndpoint]);
      const before = known.get(connection.id);
      // A connection whose settings have changed starts afresh, because it may have another client and so another token.
      const asking = before?.said === said ? before.asking : askingOf(deps, connection, tokenEndpoint);
      known.set(connection.id, { said, asking });
      return chartOf({ ...asking, slots, asker });
    },
  };
}

/** What all callers of one connection share. */
type Shared = Omit<Asking, "asker" | "slots">;

function askingOf(deps: SystemTokenDeps, connection: SystemConnection, tokenEndpoint: string): Shared {
  const { send, now, wait } = deps;
  const tokens = new SystemTokens(deps, connection, tokenEndpoint);
  return { send, now, wait, connection, tokens, pace: new Pace(now) };
}

function chartOf(asking: Asking): SystemChart {
  return {
    appointments: (search) => searchAppointments(asking, search),
    appointment: (id) => appointment(asking, id),
    appointmentsById: (ids) => appointmentsById(asking, ids),
    locations: () => locations(asking),
    locationsBelow: (roots) => locationsBelow(asking, roots),
    async letIn() {
      const token = await asking.tokens.token();
      return isToken(token) ? { kind: "let-in" } : token;
    },
    location: (id) => location(asking, id),
    recipient: (patient) => recipient(asking, patient),
    patientIds: (id) => patientIds(asking, id),
    writeLinks: (appointment, links) => writeLinks(asking, appointment, links),
    writeStatus: (appointment, status) => writeStatus(asking, appointment, status),
  };
}

async function appointment(asking: Asking, id: string): Promise<AppointmentRead | NotShown | Trouble> {
  const { fhirBaseUrl } = asking.connection;
  const own = bareId(id, "Appointment", fhirBaseUrl);
  if (own === undefined) return { kind: "not-shown" };
  const came = await read(asking, [fhirBaseUrl, "Appointment", own].join("/"), "Appointment");
  if (came.kind !== "came") return came;
  return unlessUnreadable(() => {
    const { appointment } = readAppointment(came.json, asking.connection, came.version);
    return appointment.id === own ? { kind: "read", appointment } : SOMEBODY_ELSES;
  });
}

async function location(asking: Asking, id: string): Promise<LocationShown | NotShown | Trouble> {
  const { fhirBaseUrl } = asking.connection;
  const own = bareId(id, "Location", fhirBaseUrl);
  if (own === undefined) return { kind: "not-shown" };
  const came = await read(asking, [fhirBaseUrl, "Location", own].join("/"), "Location");
  if (came.kind !== "came") return came;
  return unlessUnreadable(() => {
    const { id: shown, name } = readMembers(locationSchema, came.json).value;
    if (shown !== own) return SOMEBODY_ELSES;
    return { kind: "shown", ...(name !== undefined && { name }) };
  });
}

/** The answer when another record came than the one that was asked for. */
const SOMEBODY_ELSES: NotFhir = { kind: "not-fhir", reason: "the chart system answered with another record" };
