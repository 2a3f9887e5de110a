/**
 * What the hospital has set up. The stack file comes first and cannot be changed here; the portal sets what it leaves out.
 * If the stack file has a connection with the id or the base URL of one of the portal's, the stack file's one counts.
 */
import { isYounger } from "../domain/age.ts";
import type { FhirBaseUrl } from "../domain/fhirBaseUrl.ts";
import {
  organizersOf,
  type ConfiguredConnection,
  type Department,
  type Organization,
  type VisitRules,
} from "../domain/hospital.ts";
import type { Log } from "../log.ts";
import { StoreFault } from "../ports/store.ts";
import type { Audit } from "./audit.ts";
import { configuredOf, type PortalConnection } from "./portalConnections.ts";
import { departmentOf, type PortalDepartment } from "./portalDepartments.ts";
import { UNREADABLE_FOR_MS, type Setting, type Settings } from "./settings.ts";

export interface Hospital {
  readonly organization: Organization;
  readonly visitRules: VisitRules;
  /** What the stack file says, which cannot be changed here. */
  readonly stackConnections: readonly ConfiguredConnection[];
  readonly stackDepartments: readonly Department[];
  connections(): Promise<readonly ConfiguredConnection[]>;
  connection(id: string): Promise<ConfiguredConnection | undefined>;
  connectionByUrl(url: FhirBaseUrl): Promise<ConfiguredConnection | undefined>;
  departments(connectionId: string): Promise<readonly Department[]>;
  department(id: string): Promise<Department | undefined>;
  /**
   * Whether a Microsoft account owns a department's meetings; with `by-stack` only the departments of the stack file count.
   */
  isOrganizer(objectId: string, said: "by-stack" | "anywhere"): Promise<boolean>;
}

/** What a stack says. */
export interface SaidByStack {
  readonly organization: Organization;
  readonly visits: VisitRules;
  readonly connections: readonly ConfiguredConnection[];
  readonly departments: readonly Department[];
}

/** What administrators set in the portal, and how to notice that they have changed it. */
export interface SaidInPortal {
  readonly connections: Pick<Settings<PortalConnection>, "list" | "unreadable">;
  readonly departments: Pick<Settings<PortalDepartment>, "list" | "unreadable">;
  readonly audit: Pick<Audit, "settingsEnd" | "writes">;
  readonly log: Log;
  readonly now: () => Date;
  /** Allows plain http and loopback addresses, for a laptop. */
  readonly loopback: boolean;
}

/** Without `portal`, only what the stack says counts. */
export function openHospital(stack: SaidByStack, portal?: SaidInPortal): Hospital {
  const { organization, visits, departments } = stack;
  const all = portal === undefined ? () => Promise.resolve(stack) : merged(stack, portal);
  const connections = async () => (await all()).connections;
  /** A connection of the stack is found without reading a setting. */
  const found = async (is: (connection: ConfiguredConnection) => boolean) =>
    stack.connections.find(is) ?? (await connections()).find(is);
  return {
    organization,
    visitRules: visits,
    stackConnections: stack.connections,
    stackDepartments: departments,
    connections,
    connection: (id) => found((connection) => connection.id === id),
    connectionByUrl: (url) => found((connection) => connection.fhirBaseUrl === url),
    departments: async (connectionId) =>
      (await all()).departments.filter(({ connection }) => connection === connectionId),
    department: async (id) =>
      departments.find((department) => department.id === id) ??
      (await all()).departments.find((department) => department.id === id),
    async isOrganizer(objectId, said) {
      const isIts = (department: Department) =>
        organizersOf(department).some((one) => one.toLowerCase() === objectId.toLowerCase());
      if (departments.some(isIts)) return true;
      return said === "anywhere" && (await all()).departments.some(isIts);
    },
  };
}

/** What administrators have set could not be read yet, so nobody can say what there is. Trying again later may help. */
export class SettingsNotRead extends StoreFault {
  override readonly name = "SettingsNotRead";
}

/** The pauses after a failed read, in milliseconds, so that a failing store is not asked at every launch. */
const ASKED_AGAIN_MS = { first: 1_000, longest: 30_000 };

/** How long, in milliseconds, another process may use settings that have been changed meanwhile. */
const OUT_OF_DATE_MS = 1_000;

/** What flows use: the connections and departments of the stack file and of the portal. */
type All = Pick<SaidByStack, "connections" | "departments">;

/** What was read, and when. */
interface Said {
  readonly all: All;
  /** Whether rows that cannot be read are missing, which somebody may mend in the store without an audit event. */
  readonly isLacking: boolean;
  readonly readAt: number;
}

interface Remembered extends Said {
  /** The number of the last audit event of a setting, and the count of this process's own writes, when the settings were read. */
  readonly number: number;
  readonly writes: number;
  readonly at: number;
}

function merged(stack: SaidByStack, portal: SaidInPortal): () => Promise<All> {
  const { audit, now, log } = portal;
  let last: Remembered | undefined;
  let asking: Promise<All> | undefined;
  let failed: { readonly at: number; readonly pauseMs: number; readonly error: unknown } | undefined;

  /**
   * After a failed read the last known settings are used. If none are known yet it throws, since "there is no such
   * connection" would be a guess.
   */
  const lastOr = (error: unknown): All => {
    if (last !== undefined) return last.all;
    throw new SettingsNotRead("the settings of the portal cannot be read", { cause: error });
  };

  const read = async (): Promise<Said> => {
    const readAt = now().getTime();
    const [connections, departments] = await Promise.all([
      portal.connections.list(),
      portal.departments.list(),
    ]);
    const unreadable = [
      ...(await portal.connections.unreadable()),
      ...(await portal.departments.unreadable()),
    ];
    return {
      all: {
        connections: connectionsOf(stack, connections, portal.loopback),
        departments: departmentsOf(stack, departments),
      },
      isLacking: unreadable.length > 0,
      readAt,
    };
  };
  const isGood = (said: Said) => !said.isLacking || isYounger(said.readAt, now(), UNREADABLE_FOR_MS);

  const ask = async (): Promise<All> => {
    const [at, writes] = [now().getTime(), audit.writes()];
    try {
      const number = await audit.settingsEnd();
      const said = number === last?.number && isGood(last) ? last : await read();
      last = { ...said, number, writes, at };
      failed = undefined;
      return last.all;
    } catch (error) {
      log.error("settings.not_read", error);
      const pauseMs = Math.min((failed?.pauseMs ?? ASKED_AGAIN_MS.first / 2) * 2, ASKED_AGAIN_MS.longest);
      failed = { at: now().getTime(), pauseMs, error };
      return lastOr(error);
    }
  };

  return () => {
    if (last?.writes === audit.writes() && isYounger(last.at, now(), OUT_OF_DATE_MS))
      return Promise.resolve(last.all);
    if (last !== undefined && last.writes !== audit.writes()) return ask();
    if (failed !== undefined && isYounger(failed.at, now(), failed.pauseMs)) {
      const { error } = failed;
      return new Promise((resolve) => {
        resolve(lastOr(error));
      });
    }
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}

function connectionsOf(
  { connections }: SaidByStack,
  settings: readonly Setting<PortalConnection>[],
  loopback: boolean,
): readonly ConfiguredConnection[] {
  const taken = new Set(connections.flatMap(({ id, fhirBaseUrl }) => [id, fhirBaseUrl]));
  const own = settings
    .map(({ id, value }) => configuredOf(id, value, loopback))
    .filter((connection) => connection !== undefined)
    .filter(({ id, fhirBaseUrl }) => !taken.has(id) && !taken.has(fhirBaseUrl));
  return [...connections, ...own];
}

function departmentsOf(
  { departments }: SaidByStack,
  settings: readonly Setting<PortalDepartment>[],
): readonly Department[] {
  const own = settings.map(({ id, value }) => departmentOf(id, value, departments));
  return [...departments, ...own.filter((department) => department !== undefined)];
}
