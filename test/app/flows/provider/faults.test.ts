import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { auditHead, SETTINGS } from "../../../../app/records/audit.ts";
import type { FaultChange } from "../../../../app/sandbox/microsoft/faults.ts";
import type { ScenarioName } from "../../../../app/sandbox/oracle/clinic/scenarios.ts";
import type { FaultName } from "../../../../app/sandbox/oracle/faults.ts";
import { launchFrom, launchOf, launchScenario, patientLink, STRANGER } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { fromNowOn } from "../../../harness/fromNowOn.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { ORACLE_TENANT, ORACLE_TEST_TENANT } from "../../../harness/stack.ts";
import { heading, launchAddress } from "./otherChart.ts";

const UNREGISTERED = "/r4/not-yet-registered";

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment({
    stack: (stack, charts) => ({
      ...stack,
      connections: [
        ...(stack.connections ?? []),
        { id: "new", name: "New", fhirBaseUrl: charts + UNREGISTERED, environment: "production" },
      ],
    }),
  });
});
afterEach(() => {
  deployment.sandbox.oracle.faults.clear();
  deployment.sandbox.microsoft.faults.clear();
});
afterAll(() => deployment.stop());

const told = (page: Page) => [page.status, heading(page)];

// First, because what was read once is gone on with.
test("a launch from a chart system that the stack file does not name says that the portal's settings cannot be read", async () => {
  const { store } = deployment.parts;
  const { container, partition } = SETTINGS;
  const head = await store.create(container, { partition, id: auditHead.rows ?? "", body: { v: 1 } });
  const launch = () =>
    new Person().open(launchAddress(deployment.url, deployment.sandbox.oracle.backChannel + "/r4/nobody"));
  const page = await launch();
  expect(told(page)).toEqual([503, "The settings cannot be read just now"]);
  expect(page.html).toContain("names the store and what to do");
  await store.remove(container, partition, head.id, head.etag);
  deployment.clock.forward(2_000);
  expect(told(await launch())).toEqual([403, "This chart system is not connected"]);
});

describe("a launch at the wrong address", () => {
  const at = (path: string, tenant: string) =>
    new Person().open(
      launchAddress(deployment.url, deployment.sandbox.oracle.fhirBaseUrl(tenant)).href.replace(
        "/launch/provider",
        path,
      ),
    );

  test("says which side is wrong, and asks nobody", async () => {
    const asked = fromNowOn(deployment.sandbox.oracle);
    expect(told(await at("/launch/provider", ORACLE_TEST_TENANT))).toEqual([403, "This is a test chart"]);
    expect(told(await at("/launch/test", ORACLE_TENANT))).toEqual([403, "This is a production chart"]);
    expect(asked()).toEqual([]);
  });

  test("is right for a test chart at the address for test", async () => {
    const how = { tenant: ORACLE_TEST_TENANT, clientId: "connector-provider-test" };
    const page = await launchFrom(deployment, new Person(), await launchOf(deployment, "inProgress", how));
    expect(page.status, page.html).toBe(200);
    expect(page.html).toContain("Lamna Cardiology (test)");
  });

  test("of a connection without its registration says that it waits for it, and asks nobody", async () => {
    const asked = fromNowOn(deployment.sandbox.oracle);
    const page = await new Person().open(
      launchAddress(deployment.url, deployment.sandbox.oracle.backChannel + UNREGISTERED),
    );
    expect(told(page)).toEqual([503, "Video visits are not ready for this chart yet"]);
    expect(page.html).toContain("connections[].provider");
    expect(asked()).toEqual([]);
    expect((await fetch(deployment.url + "/readyz")).status).toBe(200);
  });
});

describe("while the chart", () => {
  const REFUSES = [502, "The chart would not show this visit"];
  const FAILS = [502, "The chart answers with an error"];
  const BUSY = [502, "The chart asks to slow down"];
  test.each<[FaultName, readonly (string | number)[], readonly number[]]>([
    ["forbidden", REFUSES, []],
    ["serverError", FAILS, []],
    // It asks for longer than a page can take.
    ["throttledWithRetryAfter", BUSY, []],
    ["badGateway", FAILS, [375, 750]],
    ["unavailable", FAILS, [375, 750]],
    ["throttled", BUSY, [375, 750]],
  ])(
    "is %s, the page says so, and a reload of the same address works afterwards",
    async (fault, words, waits) => {
      const person = new Person();
      const { waited } = deployment.clock;
      waited.length = 0;
      deployment.sandbox.oracle.faults.set(fault);
      const page = await launchScenario(deployment, person, "startsSoon");
      expect(told(page)).toEqual(words);
      // Several resources are read at once, each as patiently.
      expect(new Set(waited)).toEqual(new Set(waits));
      deployment.sandbox.oracle.faults.clear();
      expect((await person.open(page.url)).status).toBe(200);
    },
  );
});

describe("while Teams", () => {
  const POLICY = [
    502,
    "Teams does not allow this department's meetings yet",
    "Grant-CsApplicationAccessPolicy",
  ];
  const passing = (title: string) => [502, title, "The patient's link stays valid"];
  // A visit of its own for each: one that was opened before needs nothing of Teams.
  test.each<[string, FaultChange, ScenarioName, readonly (string | number)[]]>([
    ["lacks the policy, in one wording", { accessPolicy: "missing-unauthorized" }, "withoutMobile", POLICY],
    ["lacks the policy, in the other", { accessPolicy: "missing-forbidden" }, "over", POLICY],
    ["is busy", { graph: "throttles" }, "inProgress", passing("Teams asks to slow down")],
    ["is down", { graph: "down" }, "inProgressBehavioral", passing("Teams answers with an error")],
  ])(
    "%s, the page says so, and a reload of the same address works afterwards",
    async (_is, fault, visit, words) => {
      const [status, title, next = ""] = words;
      const person = new Person();
      deployment.sandbox.microsoft.faults.set(fault);
      const page = await launchScenario(deployment, person, visit);
      expect(told(page)).toEqual([status, title]);
      expect(page.html).toContain(next);
      deployment.sandbox.microsoft.faults.clear();
      expect((await person.open(page.url)).status).toBe(200);
    },
  );
});

test("while Graph is busy for a moment only, nobody notices", async () => {
  deployment.sandbox.microsoft.faults.set({ graph: "throttles", graphTimes: 1 });
  expect((await launchScenario(deployment, new Person(), "withoutRooms")).status).toBe(200);
});

describe("a visit that the chart cancelled", () => {
  test("says so at the first launch, and opens no meeting", async () => {
    const before = deployment.sandbox.microsoft.meetings().length;
    const page = await launchScenario(deployment, new Person(), "cancelled");
    expect(told(page)).toEqual([410, "This visit was canceled"]);
    expect(deployment.sandbox.microsoft.meetings()).toHaveLength(before);
  });

  test("says so to its patient from the moment that a launch sees it, and is on again when the chart says so", async () => {
    const clinic = deployment.sandbox.oracle.clinic(ORACLE_TENANT);
    const { id } = await clinic.visit("inRoomBelow");
    const person = new Person();
    const page = await launchScenario(deployment, person, "inRoomBelow");
    const link = patientLink(page);
    await clinic.cancel(id);
    for (const seen of [
      await person.open(page.url),
      await launchScenario(deployment, new Person(), "inRoomBelow"),
    ])
      expect(told(seen)).toEqual([410, "This visit was canceled"]);
    expect(told(await new Person().open(link))).toEqual([410, "This visit was canceled"]);
    await clinic.change(id, ({ cancelationReason: _gone, ...appointment }) => ({
      ...appointment,
      status: "booked",
    }));
    expect(patientLink(await person.open(page.url))).toBe(link);
    expect((await new Person().open(link, (url) => url.origin !== deployment.url)).status).toBe(302);
  });
});

test("a location that no department has is named, with the key to add it to", async () => {
  const page = await launchScenario(deployment, new Person(), "outsideDepartments");
  expect(told(page)).toEqual([409, "This department is not set up for video visits"]);
  expect(page.html).toContain("21000104");
  expect(page.html).toContain("departments[].locations");
});

describe("a Microsoft sign-in that leads nowhere leads back to the visit", () => {
  const wayBack = (visit: Page) => 'href="' + visit.url.pathname + '"';

  test("when the account is another hospital's", async () => {
    deployment.sandbox.microsoft.faults.set({ foreignSignIn: "token" });
    const person = new Person();
    const visit = await launchScenario(deployment, person, "startsSoon");
    const picker = await person.open(visit.url.href + "/sign-in");
    const page = await person.send(picker.url, { account: STRANGER });
    expect(told(page)).toEqual([403, "This Microsoft account is not the hospital's"]);
    expect(page.html).toContain(wayBack(visit));
    expect((await person.open(visit.url)).html).toContain("Sign in to join");
  });

  test("when Microsoft itself stops such an account, and the clinician gives up there", async () => {
    const person = new Person();
    const visit = await launchScenario(deployment, person, "startsSoon");
    const picker = await person.open(visit.url.href + "/sign-in");
    const stopped = await person.send(picker.url, { account: STRANGER });
    expect([stopped.status, stopped.html.includes("does not exist in tenant")]).toEqual([400, true]);
    const page = await person.send(picker.url, { account: "cancel" });
    expect(page.url.pathname).toBe(visit.url.pathname);
    expect(page.html).toContain("You did not sign in.");
    expect((await person.open(visit.url)).html).toContain("Sign in to join");
  });
});

test("the Internet Explorer control gets its page at every address of a clinician", async () => {
  const old = new Person("Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)");
  for (const path of [
    "/launch/provider?iss=x&launch=y",
    "/launch/callback/lamna",
    "/visits/x",
    "/signin/callback?state=visit.x",
  ])
    expect(told(await old.open(deployment.url + path))).toEqual([
      400,
      "This window is too old for video visits",
    ]);
});

// From here on time runs, and not back.
describe("as the shift goes on", () => {
  const person = new Person();
  let page: Page;
  beforeAll(async () => {
    page = await launchScenario(deployment, person, "over");
  });

  test("the access token is renewed once however many look, and the visit's page stays", async () => {
    deployment.clock.forward(10 * 60_000);
    const asked = fromNowOn(deployment.sandbox.oracle);
    const pages = await Promise.all([1, 2, 3].map(() => person.open(page.url)));
    expect(pages.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(asked().filter(({ path }) => path.endsWith("/token"))).toHaveLength(1);
  });

  test("the EHR can end the session: the visit stays, without the patient's name", async () => {
    deployment.clock.forward(10 * 60_000);
    deployment.sandbox.oracle.faults.set("tokenRefused");
    const after = await person.open(page.url);
    expect(after.status).toBe(200);
    expect(after.html).toContain("The chart has ended your session");
    expect(after.html).toContain("Patient not known here");
  });

  test("the session is over after eight hours", async () => {
    expect((await person.open(page.url)).status).toBe(200);
    deployment.clock.forward(9 * 3_600_000);
    const over = await person.open(page.url);
    expect(told(over)).toEqual([401, "You have been signed out"]);
    const write = await person.send(page.url.href + "/end", {});
    expect(told(write)).toEqual([401, "You have been signed out"]);
  });
});
