/**
 * Settings that are damaged, or another release's: each page opens with what it can say, names what it could not read, and
 * nothing is written over that.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import type { Body } from "../../../../app/ports/store.ts";
import { onlyOf } from "../../../../app/flows/portal/reports/whose.ts";
import { SETTINGS } from "../../../../app/records/audit.ts";
import type { PortalSession } from "../../../../app/records/portalSessions.ts";
import { PORTAL_ACCOUNTS, signInToPortal } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { fieldIn } from "../../../harness/html.ts";
import { Person } from "../../../harness/person.ts";

let deployment: Deployment;
const administrator = new Person();
const second = new Person();
const reader = new Person();
const manager = new Person();
const actor = { kind: "program", name: "test" } as const;
const PERSON = { kind: "person", objectId: PORTAL_ACCOUNTS.globalAdministrator } as const;
const LIMITS = { lossPercent: 7, jitterMs: 30, roundTripMs: 500, poorStreamsPercent: 50 };
const start = new Date(Date.now() - 2 * 86_400_000);

beforeAll(async () => {
  deployment = await startDeployment();
  await signInToPortal(deployment, administrator, "administrator");
  await signInToPortal(deployment, second, "globalAdministrator");
  await signInToPortal(deployment, reader, "reportReader");
  await signInToPortal(deployment, manager, "departmentManager");
  const { allocationSettings, approvalSettings, managerSettings, reportSettings, usages } = deployment.parts;
  await allocationSettings.add({ actor, action: "allocation.set" }, "allocation", {
    hospital: 1,
    departments: [],
  });
  await reportSettings.add({ actor, action: "reports.set" }, "reports", {
    ...LIMITS,
    keepsAppointments: true,
  });
  await managerSettings.add({ actor, action: "manager.set" }, PORTAL_ACCOUNTS.departmentManager, {
    departments: ["cardiology"],
  });
  await approvalSettings.add({ actor, action: "approvals.loosened" }, "approvals", { secondPerson: false });
  await usages.write({
    ...{ id: "0".repeat(16) as VisitId, connectionId: "lamna", departmentId: "cardiology", start },
    ...{ end: new Date(start.getTime() + 1_800_000), outcome: "completed", source: "presence" },
    ...{ attendees: 2, atOnce: 2, byPhone: 0, staff: [], messages: [] },
  });
});
afterAll(() => deployment.stop());

const at = (path: string) => deployment.url + "/portal" + path;

/** Changes the rows of settings as another program might, for as long as `meanwhile` takes. */
async function changed(
  rows: readonly string[],
  bodyOf: (body: Body) => Body,
  meanwhile: () => Promise<void>,
): Promise<void> {
  const { store } = deployment.parts;
  const whole = await Promise.all(
    rows.map(async (id) => {
      const row = await store.read(SETTINGS.container, SETTINGS.partition, id);
      if (row === undefined) throw new Error("no row " + id);
      const { etag, ...item } = row;
      await store.replace(SETTINGS.container, { ...item, body: bodyOf(item.body) }, etag);
      return item;
    }),
  );
  // Rows that cannot be read are read again after a while.
  deployment.clock.forward(11_000);
  try {
    await meanwhile();
  } finally {
    for (const item of whole) {
      const now = await store.read(SETTINGS.container, SETTINGS.partition, item.id);
      if (now === undefined) await store.create(SETTINGS.container, item);
      else await store.replace(SETTINGS.container, item, now.etag);
    }
    deployment.clock.forward(11_000);
  }
}
const damaged = (body: Body): Body => ({ ...body, value: { broken: "yes" } });
const newer = (body: Body): Body => ({ ...body, v: 7 });
const WAYS = [
  ["is damaged", damaged],
  ["is another release's", newer],
] as const;

describe.each(WAYS)("while what is set of reports and the allocation %s", (_how, bodyOf) => {
  const both = (meanwhile: () => Promise<void>) =>
    changed(["allocation-allocation", "reports-reports"], bodyOf, meanwhile);

  test.each([
    ["/reports", ["The allocation of visits cannot be read", "What is set of reports cannot be read"]],
    ["/reports?order=withinLimit", ["The allocation of visits cannot be read"]],
    ["/reports/usage", []],
    ["/reports/texts", []],
    ["/reports/quality", ["What is set of reports cannot be read"]],
    ["/reports/allocation", ["The allocation of visits cannot be read"]],
    ["/reports/words", []],
  ])("%s opens, and names what it could not read", (path, words) =>
    both(async () => {
      for (const who of [administrator, reader]) {
        const page = await who.open(at(path));
        expect(page.status).toBe(200);
        for (const each of words) expect(page.html).toContain(each);
        const mends = page.html.includes("Have the platform team");
        expect(mends).toBe(who === administrator && words.length > 0);
      }
    }),
  );

  test("a visit is not said to be within the limit, and files and programs are told why", () =>
    both(async () => {
      const file = await reader.send(at("/reports/visits.csv"), { days: "30" });
      const [head = "", row = "", ...last] = file.html.trimEnd().split("\r\n");
      const column = head.split(",").indexOf("Within limit");
      expect(row.split(",")[column]).toBe("");
      expect(last).toEqual([
        expect.stringContaining("The allocation of visits cannot be read."),
        expect.stringContaining("What is set of reports cannot be read."),
      ]);
      const of = { month: start.toISOString().slice(0, 7) };
      const used = await reader.send(at("/reports/allocation.csv"), of);
      expect(used.html.trimEnd().split("\r\n").at(-1)).toContain("The allocation of visits cannot be read.");
    }));

  test.each([
    ["/reports/allocation", { hospital: "9" }],
    ["/reports/settings", { lossPercent: "9" }],
  ])("nothing is set by %s", (path, fields) =>
    both(async () => {
      const page = await administrator.open(at(path));
      expect([page.status, page.html.includes(">Save<")]).toEqual([200, false]);
      const refused = await administrator.send(at(path), { revision: "1", ...fields });
      expect(refused.status).toBe(409);
      expect(refused.html).toContain("nothing is written over it");
    }),
  );
});

describe.each(WAYS)("while which departments a manager sees %s", (how, bodyOf) => {
  const id = PORTAL_ACCOUNTS.departmentManager;
  const row = "manager-" + id;
  const mends =
    how === "is damaged"
      ? "Have the platform team restore that row alone. Where that cannot be done, have them remove that row alone, and set it anew in the portal, under Department managers."
      : "Have the platform team run that release, or the one between, and leave the row as it is.";
  const wrong = how === "is damaged" ? "is damaged" : "was written by a newer release";
  const unread = (meanwhile: () => Promise<void>) => changed([row], bodyOf, meanwhile);

  test.each(["/reports", "/reports/usage", "/reports/quality", "/reports/words", "/visits-at-risk"])(
    "%s shows them nothing, and says what is wrong and who mends it",
    (path) =>
      unread(async () => {
        const page = await manager.open(at(path));
        expect(page.status).toBe(503);
        for (const words of [
          "Which departments you see cannot be read",
          `the row ${row} of the store’s container settings ${wrong}`,
          "Tell an administrator of this portal",
          mends,
        ])
          expect(page.html).toContain(words);
        expect(page.html).not.toContain("Cardiology");
      }),
  );

  test("their file has nothing, and others see every department", () =>
    unread(async () => {
      const form = await administrator.open(at("/reports"));
      expect(form.status).toBe(200);
      const file = await manager.send(deployment.url + "/portal/reports/visits.csv", {});
      expect([file.status, file.html.includes("cardiology")]).toEqual([503, false]);
      expect((await reader.open(at("/reports"))).status).toBe(200);
      const list = await administrator.open(at("/managers"));
      expect(list.html).toContain(row);
    }));

  test("who may also read all reports reads them, and no visit at risk", () =>
    unread(async () => {
      const rights = ["report", "departments"] as const;
      const session = { rights, administrator: { objectId: id.toUpperCase() } } as unknown as PortalSession;
      expect(await onlyOf(deployment.parts, session, "report")).toBeUndefined();
      await expect(onlyOf(deployment.parts, session, "configure")).rejects.toMatchObject({
        kind: "own-departments-unreadable",
      });
    }));
});

test("once the rows are whole again, what they say counts as before", async () => {
  const page = await reader.open(at("/reports"));
  expect(page.html).not.toContain("cannot be read");
  expect((await administrator.open(at("/reports/settings"))).html).toContain('value="7"');
});

describe.each(WAYS)("while who must agree %s", (how, bodyOf) => {
  const unread = (meanwhile: () => Promise<void>) => changed(["approvals-approvals"], bodyOf, meanwhile);

  test("the page of approvals opens and says so, and nobody turns it on or off", () =>
    unread(async () => {
      const page = await administrator.open(at("/approvals"));
      expect(page.status).toBe(200);
      expect(page.html).toContain("Who must agree before a setting is changed cannot be read");
      expect(page.html).toContain("nobody can turn it on or off here");
      for (const path of ["/approvals/require", "/approvals/loosen"]) {
        const refused = await second.send(at(path), { revision: "1" });
        expect([refused.status, refused.html.includes("nothing is approved or set")]).toEqual([409, true]);
      }
    }));

  test("a change waits for a second person, who approves it", () =>
    unread(async () => {
      const { allocationSettings } = deployment.parts;
      const number = how === "is damaged" ? 50 : 60;
      const form = await administrator.open(at("/reports/allocation"));
      const fields = { revision: fieldIn(form, "revision"), hospital: String(number) };
      await administrator.send(at("/reports/allocation"), fields);
      expect((await allocationSettings.read("allocation"))?.value.hospital).not.toBe(number);
      const waits = await second.open(at("/approvals/allocation.allocation"));
      await second.send(at("/approvals/allocation.allocation/approve"), {
        revision: fieldIn(waits, "revision"),
      });
      expect((await allocationSettings.read("allocation"))?.value.hospital).toBe(number);
    }));
});

describe("a change that waits, and whose row", () => {
  const propose = async () => {
    const { allocationSettings, approvalSettings, proposals } = deployment.parts;
    const asked = await approvalSettings.read("approvals");
    const asks = { actor, action: "approvals.required" } as const;
    if (asked?.value.secondPerson === false)
      await approvalSettings.replace(asks, "approvals", asked.revision, { secondPerson: true });
    const now = await allocationSettings.read("allocation");
    if (now === undefined) throw new Error("no allocation");
    const of = { kind: "allocation", id: "allocation", shown: now.revision, before: now.value } as const;
    const after = { hospital: 99, departments: [] };
    await proposals.make({ actor: PERSON, action: "allocation.set" }, { ...of, after });
  };
  const ROW = "proposal-allocation.allocation";
  const ONE = "/approvals/allocation.allocation";

  test.each(WAYS)("%s is named, approved by nobody, and stands in no page's way", async (how, bodyOf) => {
    await propose();
    await changed([ROW], bodyOf, async () => {
      for (const path of ["/approvals", ONE, "/reports/allocation", "/reports/settings", "/managers", ""]) {
        const page = await administrator.open(at(path));
        expect([path, page.status]).toEqual([path, 200]);
        if (path.startsWith("/approvals")) expect(page.html).toContain("A change that waits, with the id");
        expect(page.html.includes("away unread")).toBe(path.startsWith("/approvals") && how === "is damaged");
      }
      for (const path of [ONE + "/approve", ONE + "/reject"]) {
        const refused = await administrator.send(at(path), { revision: "1" });
        expect([refused.status, refused.html.includes("nothing is approved or set")]).toEqual([409, true]);
      }
      const { allocationSettings } = deployment.parts;
      expect((await allocationSettings.read("allocation"))?.value.hospital).not.toBe(99);
    });
    const whole = await administrator.open(at(ONE));
    await administrator.send(at(ONE + "/reject"), { revision: fieldIn(whole, "revision") });
    expect(await deployment.parts.proposals.read("allocation.allocation")).toBeUndefined();
  });

  test("is damaged is taken away unread by any administrator, which the trail tells, and proposed anew", async () => {
    await propose();
    const { store, proposals, audit } = deployment.parts;
    const row = await store.read(SETTINGS.container, SETTINGS.partition, ROW);
    if (row === undefined) throw new Error("nothing waits");
    const away = () => administrator.send(at(ONE + "/reject"), { unreadable: "yes" });
    const moved = await away();
    // It can be read, so it was not what the form had shown.
    expect([moved.status, await proposals.read("allocation.allocation")]).toEqual([
      409,
      expect.objectContaining({ id: "allocation.allocation" }),
    ]);
    const { etag, ...item } = row;
    const other = await store.replace(SETTINGS.container, { ...item, body: newer(item.body) }, etag);
    expect((await away()).status).toBe(409);
    expect(await proposals.read("allocation.allocation")).toBe("unreadable");
    await store.replace(SETTINGS.container, { ...item, body: damaged(item.body) }, other.etag);
    expect((await away()).status).toBe(200);
    expect(await proposals.read("allocation.allocation")).toBeUndefined();
    const [last] = await audit.events({ limit: 1 });
    expect([last?.action, last?.object]).toEqual([
      "change.rejected",
      { kind: "proposal", id: "allocation.allocation" },
    ]);
    expect((await away()).status).toBe(409);
    await propose();
    expect(await proposals.read("allocation.allocation")).toMatchObject({ value: { by: PERSON.objectId } });
    // What it changes is damaged: nothing is written over that, and it can be rejected.
    await changed(["allocation-allocation"], damaged, async () => {
      const page = await administrator.open(at(ONE));
      expect([page.status, page.html.includes("Approve it")]).toEqual([200, false]);
      const revision = fieldIn(page, "revision");
      const refused = await administrator.send(at(ONE + "/approve"), { revision });
      expect([refused.status, refused.html.includes("nothing is written over that")]).toEqual([409, true]);
      expect((await administrator.send(at(ONE + "/reject"), { revision })).status).toBe(200);
      expect(await proposals.read("allocation.allocation")).toBeUndefined();
    });
  });
});
