/** A reference that a page showed leads to what happened, step by step, in words that name no patient and open nothing. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { patientFaults } from "../../../../app/flows/patient/faults.ts";
import { WORDS as PORTAL } from "../../../../app/flows/portal/faultWords.ts";
import { outcomeWords } from "../../../../app/flows/portal/traces/traceWords.ts";
import { WORDS as PROVIDER } from "../../../../app/flows/provider/faultWords.ts";
import { WORDS as NO_VISIT } from "../../../../app/flows/provider/noVisitPage.tsx";
import { WORDS as STAFF } from "../../../../app/flows/staff/faultWords.ts";
import { StoreFault, type Store } from "../../../../app/ports/store.ts";
import { openTraces } from "../../../../app/records/traces.ts";
import { signInToPortal } from "../../../harness/administrator.ts";
import { launchFrom, launchOf, patientLink } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { ORACLE_TENANT } from "../../../harness/stack.ts";
import { attributesOf, rowsIn, textsOf } from "../../../harness/html.ts";
import { textOf } from "../../../../infra/rehearsal/visit/html.ts";

let deployment: Deployment;
const administrator = new Person();
beforeAll(async () => {
  deployment = await startDeployment();
  await signInToPortal(deployment, administrator, "administrator");
});
afterAll(() => deployment.stop());

const traces = (query: string) => administrator.open(deployment.url + "/portal/traces" + query);
const referenceOn = ({ html }: Page) =>
  /Reference ([0-9A-F]{8}(?:-\d+)?)\b/.exec(textOf(html))?.[1] ?? "none";
/** The page of a trace. The trace is kept only after the answer, so this waits for it. */
async function traceOf(reference: string): Promise<Page> {
  for (;;) {
    const page = await traces("?reference=" + reference);
    if (page.status !== 404) return page;
  }
}

test("every way in which a request can end has words", () => {
  const kinds = [PROVIDER, STAFF, PORTAL].flatMap((words) => Object.keys(words));
  const patients = patientFaults(() => "", { name: "Lamna", phone: "(202) 555-0100" }).kinds;
  const none = Object.keys(NO_VISIT).map((because) => "no-visit." + because);
  const all = [...kinds, ...patients, ...none, "launch.finished", "visit.opened"];
  expect(all.filter((outcome) => outcomeWords({ outcome }) === outcome)).toEqual([]);
  expect(outcomeWords({ outcome: "constructor" })).toBe("constructor");
});

test("of a launch from a chart system that is not connected, the FHIR base URL is told, and no longer text", async () => {
  const launch = async (iss: string) => {
    const query = new URLSearchParams({ iss, launch: "x" }).toString();
    return new Person().open(`${deployment.url}/launch/provider?${query}`);
  };
  const trace = await traceOf(referenceOn(await launch("https://Fhir.Lamna.example/r4/other/")));
  expect(textOf(trace.html)).toContain("FHIR base URL https://fhir.lamna.example/r4/other");
  for (const iss of ["https://fhir.lamna.example/" + "x".repeat(150), "call +1 (202) 555-0100"])
    expect(textOf((await traceOf(referenceOn(await launch(iss)))).html)).not.toContain("FHIR base URL");
});

describe("of a launch that fails at the vendor", () => {
  let page: Page;
  let reference: string;
  beforeAll(async () => {
    deployment.sandbox.microsoft.faults.set({ graph: "down" });
    const failed = await launchFrom(deployment, new Person(), await launchOf(deployment, "startsSoon"));
    deployment.sandbox.microsoft.faults.clear();
    expect(failed.status).toBe(502);
    reference = referenceOn(failed);
    page = await traceOf(reference);
  });

  test("who was asked for what, what they answered, and the request ids are told", () => {
    expect(page.status).toBe(200);
    for (const told of [
      "meetings-unavailable (502)",
      "GET /visits/:launch",
      "GET Appointment",
      "createOrGet",
      "Teams did not answer",
      "The visit’s page",
      "A clinician",
    ])
      expect(page.html).toContain(told);
    const cells = rowsIn(page.html).flat();
    expect(cells).toContain("200");
    expect(cells).toContainEqual(expect.stringMatching(/^50\d$/));
    expect(textsOf(page.html, "code")).toContainEqual(expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/));
  });

  test("the launch’s step before is beside it, with its token", async () => {
    expect(page.html).toContain("The same launch");
    const [before = ""] = attributesOf(page.html, '[href^="/portal/traces?reference="]', "href");
    const launch = await administrator.open(deployment.url + before);
    for (const told of ["launch.finished (303)", "POST token"]) expect(launch.html).toContain(told);
  });

  test("as people type a reference, it is found", async () => {
    const typed = encodeURIComponent(` ${reference.slice(0, 4)} ${reference.slice(4).toLowerCase()} `);
    expect((await traces("?reference=" + typed)).html).toContain("meetings-unavailable");
  });
});

test("a launch that goes well is among the last ones, with what took how long", async () => {
  const page = await launchFrom(deployment, new Person(), await launchOf(deployment, "inProgress"));
  expect(page.status).toBe(200);
  const lists = async () => (await traces("")).html;
  while (!(await lists()).includes("visit.opened")) await new Promise((resolve) => setImmediate(resolve));
  expect(await lists()).toContain("launch.finished");
  const kept = await deployment.parts.traces.list({
    from: new Date(0),
    until: deployment.parts.now(),
    limit: 1000,
  });
  const calls = kept.filter(({ outcome }) => outcome === "visit.opened").flatMap((trace) => trace.calls);
  for (const what of ["createOrGet", "GET Appointment"]) {
    const ids = calls.filter((call) => call.what.includes(what)).flatMap((call) => call.requestIds);
    expect([what, ids.length > 0]).toEqual([what, true]);
  }
});

test("a chart without a visit has a reference, too, which tells what the chart was asked", async () => {
  const launch = await launchOf(deployment, "inPerson", { fromEncounter: false });
  const none = await launchFrom(deployment, new Person(), launch);
  expect(none.status).toBe(404);
  const page = await traceOf(referenceOn(none));
  for (const told of ["The chart showed no video visit for today", "GET Appointment", "A clinician"])
    expect(page.html).toContain(told);
});

test("pages of patients, colleagues and administrators have theirs, too", async () => {
  const nowhere = deployment.url + "/portal/connections/nowhere";
  const portals = await administrator.open(nowhere);
  expect((await traceOf(referenceOn(portals))).html).toContain("GET /portal/connections/:id");
  const staff = await new Person().open(deployment.url + "/s/not/there");
  expect((await traceOf(referenceOn(staff))).html).toContain("A colleague");
});

test("an answer that was too large is told as that", async () => {
  const { traces: kept } = deployment.parts;
  const call = { host: "ehr.example", what: "GET Appointment", milliseconds: 9, requestIds: [] };
  await new Promise<void>((resolve) => {
    kept.during(() => {
      kept.note({ ...call, tooLarge: true });
      const ending = { flow: "provider", what: "GET", outcome: "chart-not-fhir", status: 502 } as const;
      resolve(kept.keep({ ...ending, reference: "0A1B2C3D" }));
    });
  });
  expect((await traceOf("0A1B2C3D")).html).toContain("<td>too large to be read</td>");
});

test("no trace holds an id of the chart, a token, a link or a name", async () => {
  const { items } = await deployment.parts.store.changes("sessions", 1000);
  const rows = items.filter(({ id }) => id.startsWith("trace-"));
  expect(rows.length).toBeGreaterThan(4);
  const text = JSON.stringify(rows);
  const clinic = deployment.sandbox.oracle.clinic(ORACLE_TENANT);
  const { id, participant } = await clinic.visit("startsSoon");
  const ids = participant.flatMap(({ actor }) => actor?.reference?.split("/")[1] ?? []);
  for (const secret of [id, ...ids]) expect(text).not.toContain(secret);
  expect(text).not.toMatch(/[\w-]{43}|eyJ|\/j\/|Brenner|Romero|onmicrosoft/);
});

test.each([
  ["?reference=0000000", 422, "A reference has eight characters"],
  ["?reference=%3Cb%3E", 422, "A reference has eight characters"],
  ["?reference=00000000", 404, "There is no trace with this reference"],
])("%s is answered %i", async (query, status, says) => {
  const page = await traces(query);
  expect([page.status, page.html.includes(says)]).toEqual([status, true]);
});

test("who is not signed in, often within a minute, reads out references that say for which request another stands", async () => {
  const person = new Person();
  const references: string[] = [];
  for (let times = 0; times < 8; times++)
    references.push(referenceOn(await person.open(deployment.url + "/visits/x")));
  expect(new Set(references).size).toBe(8);
  const [first = "", standing = "", last = ""] = [references[0], references[5], references[7]];
  expect(last).toBe(standing + "-3");
  const says = async (reference: string) => {
    const { html } = await traceOf(reference);
    expect(html).toContain("GET /visits/:launch");
    return /This is not the request|It stands for further requests/.exec(html)?.[0];
  };
  expect([await says(first), await says(standing), await says(last)]).toEqual([
    undefined,
    "It stands for further requests",
    "This is not the request",
  ]);
  expect((await traces("")).html.match(/and further ones in that minute/g)).toHaveLength(1);
  // One that stands for nobody else has no numbers behind it.
  expect((await traces(`?reference=${first}-2`)).status).toBe(404);
});

test("whoever is signed in reads out their own, whatever others of the same address have met", async () => {
  const refused = "/portal/traces";
  const stranger = new Person();
  for (let times = 0; times < 30; times++) await stranger.open(deployment.url + refused);
  const readers = [new Person(), new Person()];
  for (const [index, reader] of readers.entries())
    await signInToPortal(deployment, reader, index === 0 ? "reportReader" : "nobodySpecial");
  const references: string[] = [];
  for (let times = 0; times < 4; times++)
    for (const reader of readers) references.push(referenceOn(await reader.open(deployment.url + refused)));
  expect(new Set(references).size).toBe(8);
  for (const reference of references) expect(reference).toMatch(/^[0-9A-F]{8}$/);
});

test("so does a clinician", async () => {
  const references: string[] = [];
  for (let clinicians = 0; clinicians < 2; clinicians++) {
    const person = new Person();
    const visit = await launchFrom(deployment, person, await launchOf(deployment, "startsSoon"));
    for (let times = 0; times < 4; times++)
      references.push(
        referenceOn(await person.send(new URL(visit.url.pathname + "/nothing", visit.url), {})),
      );
  }
  expect(new Set(references).size).toBe(8);
  for (const reference of references) expect(reference).toMatch(/^[0-9A-F]{8}$/);
});

test("a patient’s tap leaves none, and after a week a trace has gone", async () => {
  const person = new Person();
  const visit = await launchFrom(deployment, person, await launchOf(deployment, "startsSoon"));
  const launch = visit.url.pathname.split("/").at(-1);
  const all = () =>
    deployment.parts.traces.list({ from: new Date(0), until: deployment.parts.now(), limit: 1000 });
  const count = async () => (await all()).length;
  const isKept = async () =>
    (await all()).some((trace) => trace.launch === launch && trace.outcome === "visit.opened");
  while (!(await isKept())) await new Promise((resolve) => setImmediate(resolve));
  const before = await count();
  await new Person().open(patientLink(visit), (url) => url.origin !== deployment.url);
  expect(await count()).toBe(before);
  deployment.clock.forward(7 * 86_400_000 + 1000);
  expect(await count()).toBe(0);
});

test("a store that is down breaks nothing, and the log says so", async () => {
  const failed: unknown[] = [];
  const store = { create: () => Promise.reject(new StoreFault("down")) } as unknown as Store;
  const log = { ...deployment.parts.log, error: (...entry: unknown[]) => void failed.push(entry[0]) };
  const kept = openTraces({ store, log, now: () => new Date(0) });
  await new Promise<void>((resolve) => {
    kept.during(() => {
      void kept
        .keep({ flow: "provider", what: "GET /launch", outcome: "unexpected", status: 500 })
        .then(resolve);
    });
  });
  expect(failed).toEqual(["trace.not_kept"]);
});
