/**
 * For each check the fault that turns it red, and what turns it green again. Most are switches of the sandbox; the others
 * break what a sandbox has no switch for, such as the store of the connector itself. They are tried in this order, because
 * some move the clock on.
 */
import { expect } from "vitest";
import { PATHS } from "../../../../app/domain/addresses.ts";
import { PROVISIONED } from "../../../../app/sandbox/sandbox.ts";
import { StoreFault } from "../../../../app/ports/store.ts";
import { providerChecks } from "../../../../app/flows/provider/checks.ts";
import { openCanaries } from "../../../../app/records/canaries.ts";
import type { PortalConnection } from "../../../../app/records/portalConnections.ts";
import { TEXTING_ID } from "../../../../app/records/portalTexting.ts";
import { changeRow } from "../../../../app/records/writing.ts";
import type { CheckName } from "../../../../app/web/flow.ts";
import { PORTAL_ACCOUNTS } from "../../../harness/administrator.ts";
import { launchFrom, launchOf, launchScenario } from "../../../harness/clinician.ts";
import type { Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { ORACLE_TENANT, ORACLE_TEST_TENANT } from "../../../harness/stack.ts";

export interface CheckFault {
  /** What is switched or broken. */
  readonly fault: string;
  /** What else makes it red at this clinic is taken away. */
  readonly before?: () => Promise<unknown>;
  readonly red: () => Promise<unknown>;
  readonly green: () => Promise<unknown>;
  /** What is wrong once it is green, where that is not told now: a day later. */
  readonly aDayLater?: () => Promise<readonly string[]>;
}

export interface Told {
  readonly name: CheckName;
  readonly of?: string;
  readonly fault?: string;
  readonly isWarning?: boolean;
  readonly unseen?: string;
  readonly move?: string;
}

/** How long the vault's answers are kept, and how long what was asked of vendors for a check. */
const VAULT_KEPT_MS = 301_000;
const LOOKED_AT_MS = 61_000;
const A_DAY_MS = 86_400_000;
const actor = { kind: "program", name: "test" } as const;

async function askOperator(deployment: Deployment, path: string, method = "GET"): Promise<Response> {
  const audience = "api://" + PROVISIONED.clientId;
  const token = await deployment.sandbox.microsoft.cliToken(PORTAL_ACCOUNTS.operator, audience);
  const headers = { authorization: "Bearer " + token };
  return fetch(deployment.url + PATHS.portal + path, { method, headers });
}

export const told = async (deployment: Deployment): Promise<readonly Told[]> =>
  ((await (await askOperator(deployment, "/api/standing")).json()) as { readonly checks: readonly Told[] })
    .checks;

/** Something of the connector is broken. @returns what repairs it */
function broken<T extends object, K extends keyof T>(of: T, member: K, by: T[K]): () => void {
  const before = of[member];
  Object.assign(of, { [member]: by });
  return () => void Object.assign(of, { [member]: before });
}

/** The order in which they are tried. */
export const TRIED_IN_ORDER = [
  ...["launches", "launch-scopes", "clock", "launch-environment", "signing-keys", "graph-permissions"],
  ...["organizers", "canary", "connection", "anonymous-join", "presence"],
  ...["settings-read", "texts-set", "consents", "number"],
  ...["going-live", "mail", "text-reports", "text-starts", "system-client", "visits-found", "locations"],
  ...["stray-locations", "quiet-departments", "organizer-meetings", "visits-at-risk"],
  ...["jobs-poisoned", "jobs-waiting", "jobs-due", "worker", "data-geography", "store", "version", "checks"],
] as readonly CheckName[];

/** @param faultsOf what is wrong by a check now */
export function checkFaults(
  deployment: Deployment,
  faultsOf: (name: CheckName) => Promise<readonly string[]>,
): Readonly<Record<CheckName, CheckFault>> {
  const { clock, parts } = deployment;
  const { microsoft, oracle } = deployment.sandbox;
  const launch = () => launchScenario(deployment, new Person(), "startsSoon");
  const launchTest = async () => {
    const clientId = "connector-provider-test";
    const how = await launchOf(deployment, "startsSoon", { tenant: ORACLE_TEST_TENANT, clientId });
    return launchFrom(deployment, new Person(), how);
  };
  const canary = () => askOperator(deployment, "/api/canary", "POST");
  /** The worker works until a check has changed. */
  const worksUntil = async (name: CheckName, isRed: boolean) => {
    const end = deployment.work();
    const is = async () => (await faultsOf(name)).length > 0;
    await expect.poll(is, { timeout: 20_000, interval: 100 }).toBe(isRed);
    await end();
  };
  const setTexting = async (value: object) => {
    const { textingSettings: settings, textingNow } = parts;
    const now = await settings.read(TEXTING_ID);
    const change = { actor, action: "texting.test" };
    if (now === undefined) await settings.add(change, TEXTING_ID, { connections: [], ...value });
    else await settings.replace(change, TEXTING_ID, now.revision, { connections: [], ...value });
    await textingNow.refresh();
  };
  const consent = { by: PORTAL_ACCOUNTS.globalAdministrator, at: clock.now().toISOString(), words: 1 };
  const AGREED = { consents: { sendOnBehalf: consent, attendeesConsent: consent }, live: true };
  const ALL = { ...AGREED, connections: ["lamna", "lamna-test"] };
  let repair: () => void = () => undefined;
  const repaired = () => {
    repair();
    return Promise.resolve();
  };
  const breaks = (act: () => () => void) => () => {
    repair = act();
    return Promise.resolve();
  };
  const jobLate = { kind: "canary", key: "late", of: { slot: "late" } } as const;

  return {
    launches: {
      fault: "vault: lamna-test-provider has a secret that Oracle does not know",
      // It is so from the start: once the clock was moved, what is refused may be the clock's fault.
      red: () => launchTest(),
      green: async () => {
        const [first] = microsoft.vault.secretVersions("lamna-test-provider");
        await microsoft.vault.setSecret("lamna-test-provider", first?.value ?? "");
        clock.forward(VAULT_KEPT_MS);
        await launchTest();
      },
    },
    "launch-scopes": {
      fault: "oracle: scopesTrimmed",
      red: () => (oracle.faults.set("scopesTrimmed"), launch()),
      green: () => (oracle.faults.clear(), launch()),
    },
    clock: {
      // The chart system's answers are dated by the real clock, which the connector's is ahead of by now.
      fault: "oracle: idTokenExpired",
      red: () => (oracle.faults.set("idTokenExpired"), launch()),
      green: () => (oracle.faults.clear(), launch()),
    },
    "launch-environment": {
      fault: "oracle: the test chart's tile has the launch URL of production",
      red: () => {
        const iss = `${oracle.backChannel}/r4/${ORACLE_TENANT}`;
        const query = new URLSearchParams({ iss, launch: "x" }).toString();
        return new Person().open(`${deployment.url}${PATHS.testLaunch}?${query}`);
      },
      green: () => Promise.resolve(),
      aDayLater: async () => {
        const tomorrow = () => new Date(clock.now().getTime() + A_DAY_MS);
        const checks = await providerChecks({ ...parts, now: tomorrow })();
        return checks.flatMap(({ name, fault }) => (name === "launch-environment" ? (fault ?? []) : []));
      },
    },
    "signing-keys": {
      fault: "vault: the key fhir-client is disabled",
      red: async () => {
        clock.forward(VAULT_KEPT_MS);
        await microsoft.vault.changeKey("fhir-client", undefined, { enabled: false });
      },
      green: async () => {
        await microsoft.vault.changeKey("fhir-client", undefined, { enabled: true });
        clock.forward(VAULT_KEPT_MS);
      },
    },
    "graph-permissions": {
      fault: "microsoft: profileConsent missing",
      red: async () => {
        microsoft.faults.set({ profileConsent: "missing" });
        // Graph refuses, so the next token is a new one.
        await parts.directory.account("somebody@lamna.example");
        clock.forward(LOOKED_AT_MS);
      },
      green: async () => {
        microsoft.faults.clear();
        const isGiven = async () => {
          clock.forward(LOOKED_AT_MS);
          return (await told(deployment)).find(({ name }) => name === "graph-permissions")?.fault;
        };
        // A token is renewed every two seconds at most.
        await expect.poll(isGiven, { timeout: 10_000, interval: 1_000 }).toBeUndefined();
      },
    },
    organizers: {
      fault: "microsoft: accessPolicy missing-forbidden",
      red: () => (microsoft.faults.set({ accessPolicy: "missing-forbidden" }), canary()),
      green: () => (microsoft.faults.clear(), canary()),
    },
    canary: {
      fault: "oracle: unavailable",
      red: () => (oracle.faults.set("unavailable"), canary()),
      green: () => (oracle.faults.clear(), canary()),
    },
    connection: {
      fault: "portal: a connection to a host that is gone",
      red: async () => {
        await parts.connectionSettings.add({ actor, action: "connection.added" }, "gone", GONE);
        await deployment.probeAll();
      },
      green: async () => {
        const gone = await parts.connectionSettings.read("gone");
        const change = { actor, action: "connection.removed" };
        await (gone && parts.connectionSettings.remove(change, "gone", gone.revision));
      },
    },
    "anonymous-join": {
      fault: "microsoft: anonymousJoin off, so a tap leads to a page that asks for an account",
      red: async () => {
        microsoft.faults.set({ anonymousJoin: "off" });
        await parts.testVisits.tapped("lamna-test");
        clock.forward(31 * 60_000);
      },
      green: async () => {
        microsoft.faults.clear();
        await parts.testVisits.waited("lamna-test");
      },
    },
    presence: {
      fault: "stack file: features.presence is off",
      red: breaks(() => broken(parts, "callEvents", undefined)),
      green: repaired,
    },
    "settings-read": {
      fault: "the row of what Oracle was given is damaged",
      red: async () => {
        const { givenSettings: settings, store } = parts;
        const value = { values: [] };
        await settings.add({ actor, action: "given.test" }, "lost", value);
        const row = await store.read("settings", "hospital", "given-records-lost");
        if (row === undefined) throw new Error("nothing was given");
        await store.replace("settings", { ...row, body: {} }, row.etag);
        clock.forward(LOOKED_AT_MS);
      },
      green: async () => {
        const row = await parts.store.read("settings", "hospital", "given-records-lost");
        if (row !== undefined) await parts.store.remove("settings", row.partition, row.id, row.etag);
        // What is set is read again once something has been changed.
        await parts.givenSettings.add({ actor, action: "given.test" }, "kept", { values: [] });
        clock.forward(LOOKED_AT_MS);
      },
    },
    "texts-set": {
      fault: "the row of what is set of texts is damaged",
      red: breaks(() => {
        clock.forward(LOOKED_AT_MS);
        const now = { ...parts.textingNow.current(), unreadable: "damaged" as const };
        return broken(parts.textingNow, "current", () => now);
      }),
      green: () => (clock.forward(LOOKED_AT_MS), repaired()),
    },
    consents: {
      fault: "portal: texts are agreed to for another connection only",
      red: () => setTexting({ ...AGREED, connections: ["lamna-test"] }),
      green: () => setTexting(ALL),
    },
    number: {
      fault: "carriers: the number's verification is rejected",
      red: () => setTexting({ ...ALL, verification: "rejected" }),
      green: () => setTexting({ ...ALL, verification: "approved" }),
    },
    "going-live": {
      fault: "portal: back to a pilot",
      red: () => setTexting({ ...ALL, live: false }),
      green: () => setTexting(ALL),
    },
    mail: {
      fault: "stack file: no mail domain",
      red: breaks(() => {
        if (parts.messaging === undefined) throw new Error("nothing is sent");
        return broken(parts.messaging, "mailSender", undefined);
      }),
      green: repaired,
    },
    "text-reports": {
      fault: "communication: reports lost",
      red: async () => {
        await parts.heard.textSent();
        clock.forward(2 * 3_600_000);
      },
      green: () => parts.heard.told(),
    },
    "text-starts": {
      fault: "a START from ahead of our clock",
      red: () => parts.heard.startLost(),
      green: async () => {
        const row = await parts.store.read("ticks", "heard", "heard");
        if (row === undefined) throw new Error("nothing was heard");
        const { startLost: _lost, ...body } = row.body;
        await parts.store.replace("ticks", { ...row, body }, row.etag);
      },
    },
    "system-client": {
      fault: "oracle: systemScopesTrimmed",
      red: () => {
        oracle.faults.set("systemScopesTrimmed");
        // Its token is used to its end.
        clock.forward(600_000);
        return worksUntil("system-client", true);
      },
      green: () => {
        oracle.faults.clear();
        clock.forward(600_000);
        return worksUntil("system-client", false);
      },
    },
    "visits-found": {
      fault: "the worker stands still",
      red: () => (clock.forward(11 * 60_000), Promise.resolve()),
      green: () => worksUntil("visits-found", false),
    },
    locations: {
      fault: "oracle: locationGone",
      red: () => {
        oracle.faults.set("locationGone");
        return locationsReadAgain(deployment).then(() => worksUntil("locations", true));
      },
      green: () => {
        oracle.faults.clear();
        return locationsReadAgain(deployment).then(() => worksUntil("locations", false));
      },
    },
    "stray-locations": {
      fault: "oracle: the clinic has visits at the Sleep Laboratory, and its department is removed",
      red: async () => {
        for (const { id, revision } of await parts.departmentSettings.list())
          await parts.departmentSettings.remove({ actor, action: "department.removed" }, id, revision);
      },
      green: () => ownStrays(deployment),
    },
    "quiet-departments": {
      fault: "nobody has held a visit for 31 days",
      red: () => lastVisits(deployment, "2026-01-01"),
      green: async () => {
        const tomorrow = new Date(clock.now().getTime() + A_DAY_MS);
        for (const { id } of await everyDepartment(deployment)) await parts.departmentDays.had(id, tomorrow);
      },
    },
    "organizer-meetings": {
      fault: "microsoft: an account has 1,600 meetings this month",
      red: () => meetingsOfFirst(deployment, 1_600),
      green: () => meetingsOfFirst(deployment, 1),
    },
    "visits-at-risk": {
      fault: "microsoft: accessPolicy missing, so a found visit has no meeting",
      // Some of the clinic's scenarios have rooms that no link can be written to.
      before: () => riskyVisit(deployment, undefined),
      red: () => riskyVisit(deployment, "no-access-policy"),
      green: () => riskyVisit(deployment, undefined),
    },
    "jobs-poisoned": {
      fault: "microsoft: a job failed until it was given up",
      red: async () => {
        await parts.jobs.add({ kind: "canary", key: "poisoned", of: { slot: "poisoned" } });
        const kept = await parts.jobs.read("canary:poisoned");
        const ended = { state: "poisoned", endedAt: parts.now() } as const;
        await (kept && parts.jobs.write(kept, { ...kept.job, ...ended }));
      },
      green: async () => {
        const kept = await parts.jobs.read("canary:poisoned");
        await (kept && parts.jobs.write(kept, { ...kept.job, state: "discarded" }));
      },
    },
    "jobs-waiting": {
      fault: "a job waits for a row that is damaged",
      red: async () => {
        await parts.jobs.add({ kind: "canary", key: "waiting", of: { slot: "waiting" } });
        const kept = await parts.jobs.read("canary:waiting");
        const lastFailure = { how: "not-now", reason: "row.unreadable.visits", at: parts.now() } as const;
        await (kept && parts.jobs.write(kept, { ...kept.job, lastFailure }));
      },
      green: async () => {
        const kept = await parts.jobs.read("canary:waiting");
        await (kept && parts.jobs.write(kept, { ...kept.job, state: "done", endedAt: parts.now() }));
      },
    },
    "jobs-due": {
      fault: "the worker stands still",
      red: async () => {
        await parts.jobs.add(jobLate);
        clock.forward(700_000);
      },
      green: () => worksUntil("jobs-due", false),
    },
    worker: {
      fault: "the worker stands still",
      red: () => (clock.forward(700_000), Promise.resolve()),
      green: () => worksUntil("worker", false),
    },
    "data-geography": {
      fault: "Azure tells of a store in another geography than the site",
      red: breaks(() => {
        clock.forward(LOOKED_AT_MS);
        return broken(parts.dataRegions, "told", () => [
          { what: "site", region: "East US 2" },
          { what: "store", region: "East US 2" },
          { what: "store", region: "West Europe" },
        ]);
      }),
      green: () => (clock.forward(LOOKED_AT_MS), repaired()),
    },
    version: {
      fault: "another package makes its canary visit on the same store",
      red: () => {
        const other = openCanaries({ ...parts, packageDigest: "1".repeat(64) });
        return other.ran("lamna", clock.now(), []);
      },
      green: () => (clock.forward(2 * 3_600_000), Promise.resolve()),
    },
    store: {
      fault: "the store's disk is full",
      red: breaks(() => {
        clock.forward(LOOKED_AT_MS);
        return broken(parts.store, "create", () => Promise.reject(new StoreFault("full")));
      }),
      green: () => (clock.forward(LOOKED_AT_MS), repaired()),
    },
    checks: {
      fault: "the store does not give the rows of ticks",
      red: breaks(() => broken(parts.ticks, "peek", () => Promise.reject(new StoreFault("away")))),
      green: repaired,
    },
  };
}

const GONE = {
  name: "Gone",
  fhirBaseUrl: "https://no-such-host.invalid/r4/x",
  environment: "test",
  visitTypes: ["Video Visit"],
  enabled: true,
  provider: { clientId: "x", authentication: { method: "private_key_jwt" } },
} satisfies PortalConnection;

/** The locations were read a day ago, and it is time to look whether they are to be read. */
export async function locationsReadAgain({ clock, parts }: Deployment): Promise<void> {
  for (const id of ["lamna", "lamna-test"]) {
    const kept = await parts.locations.of(id);
    const readAt = new Date(clock.now().getTime() - A_DAY_MS);
    if (kept !== undefined) await parts.locations.keep(id, { ...kept, readAt });
  }
  clock.forward(15 * 60_000);
}

/** An administrator adds every location that was told of to a department. */
export async function ownStrays({ parts }: Deployment): Promise<void> {
  for (const connection of ["lamna", "lamna-test"]) {
    const found = (await parts.strays.of(connection))?.found ?? [];
    const [first, ...more] = found.map(({ id }) => id);
    if (first === undefined) continue;
    await parts.departmentDays.watch("sleep-" + connection);
    await parts.departmentSettings.add({ actor, action: "department.added" }, "sleep-" + connection, {
      name: "Sleep Laboratory",
      connection,
      locations: [first, ...more],
      organizers: [PORTAL_ACCOUNTS.administrator],
      lobby: "staff",
      phone: "(202) 555-0100",
      timeZone: "America/Chicago",
    });
  }
}

const everyDepartment = async ({ parts: { hospital } }: Deployment) =>
  (await Promise.all(["lamna", "lamna-test"].map((id) => hospital.departments(id)))).flat();

async function lastVisits(deployment: Deployment, last: string): Promise<void> {
  const { departmentDays, store } = deployment.parts;
  for (const { id } of await everyDepartment(deployment)) {
    await departmentDays.watch(id);
    const address = { partition: "departments", id: "department-" + id };
    await changeRow(store, "ticks", address, ({ body }) => ({ body: { ...body, last } }));
  }
}

async function meetingsOfFirst({ parts }: Deployment, count: number): Promise<void> {
  const { hospital, meetingCounts, now, store } = parts;
  const [department] = await hospital.departments("lamna");
  const organizer = department?.organizer ?? "";
  await meetingCounts.count(organizer);
  const id = ["meetings", organizer, now().toISOString().slice(0, 7)].join("-");
  const address = { partition: "meetings", id };
  await changeRow(store, "ticks", address, ({ body }) => ({ body: { ...body, count } }));
}

async function riskyVisit({ parts }: Deployment, risk: "no-access-policy" | undefined): Promise<void> {
  const { foundVisits, hospital, now } = parts;
  for (const { id, fhirBaseUrl } of await hospital.connections()) {
    if (risk === undefined) {
      const day = new Date(now().getTime() + A_DAY_MS);
      for await (const { found } of foundVisits.between(id, now(), day))
        for (const one of found) await foundVisits.remove(one.id);
      continue;
    }
    const visit = foundVisits.idOf(fhirBaseUrl, "risky");
    const start = new Date(now().getTime() + 3_600_000);
    const [department] = await hospital.departments(id);
    await foundVisits.add(
      {
        id: visit,
        connectionId: id,
        departmentId: department?.id ?? "",
        location: department?.locations[0] ?? "",
        start,
        end: new Date(start.getTime() + 60_000),
        standing: "on",
        seen: foundVisits.hash(visit, "said"),
        firstSeen: now(),
        changes: 0,
        hasMeeting: false,
        risk,
      },
      "risky",
    );
  }
}
