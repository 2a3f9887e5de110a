/** From the board to the phone: the whole connector, its worker, and the vendors' stand-ins over HTTP. */
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { PATHS } from "../../../../app/domain/addresses.ts";
import { searchedFor } from "../../../../app/flows/finding/knownBefore.ts";
import { kinds } from "../../../../app/records/containers.ts";
import { listenAlong } from "../../../harness/asked.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { ORACLE_TENANT, withSystemClients } from "../../../harness/stack.ts";

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment({ stack: withSystemClients });
  deployment.work();
  // Visits that are in the chart before the first whole look are not announced as new.
  const { hospital, searched } = deployment.parts;
  const [connection] = await hospital.connections();
  if (connection === undefined) throw new Error("no connection");
  await vi.waitFor(
    async () => {
      expect((await searched.of(searchedFor(connection))).size).toBeGreaterThan(0);
    },
    { timeout: 60_000, interval: 200 },
  );
});
afterAll(() => deployment.stop());

const MINUTE_MS = 60_000;

const textsTo = (number: string) =>
  deployment.sandbox.communication.desk.texts.flatMap((one) =>
    one.kind === "text" && one.to === number ? one.text : [],
  );

/** The id of a patient who has a mobile phone and no visit yet. */
async function somebodyNew() {
  const clinic = deployment.sandbox.oracle.clinic(ORACLE_TENANT);
  for (const patient of await clinic.patients()) {
    const mobile = patient.telecom?.find(({ use }) => use === "mobile")?.value?.replace(/\D/g, "");
    const [language] = patient.communication ?? [];
    const isEnglish = language?.language.coding?.[0]?.code !== "es";
    if (mobile !== undefined && isEnglish && (await clinic.visitsOf(patient.id)).length === 0)
      return { patient, number: "+1" + mobile.slice(-10) };
  }
  throw new Error("everybody has a visit");
}

/** Waits until the phone has exactly these texts in this order, and moves the clock on meanwhile. */
async function phoneShows(number: string, ...all: readonly RegExp[]): Promise<readonly string[]> {
  return vi.waitFor(
    () => {
      deployment.clock.forward(1000);
      const texts = textsTo(number);
      if (texts.length < all.length) throw new Error(JSON.stringify(texts));
      expect(texts).toEqual(all.map((words) => expect.stringMatching(words) as string));
      return texts;
    },
    { timeout: 200_000, interval: 200 },
  );
}

/** Books a visit ten hours ahead. @returns its id */
async function booked(patientId: string): Promise<string> {
  const clinic = deployment.sandbox.oracle.clinic(ORACLE_TENANT);
  const [clinician] = clinic.clinicians;
  if (clinician === undefined) throw new Error("nobody");
  const start = new Date(Math.ceil(deployment.clock.now().getTime() / MINUTE_MS + 600) * MINUTE_MS);
  const of = {
    patientId,
    practitionerId: clinician.id,
    location: "cardiology",
    type: "Video Visit",
  } as const;
  return clinic.book({ ...of, start, minutes: 30 });
}

test("a number whose time is over by the chart is not texted, and the record says so", async () => {
  const { clock, sandbox, parts } = deployment;
  const { patient, number } = await somebodyNew();
  // A day is over where it ends last, which is half a day after UTC's.
  const period = { end: new Date(clock.now().getTime() - 2 * 86_400_000).toISOString().slice(0, 10) };
  await sandbox.oracle.clinic(ORACLE_TENANT).chart.write({
    ...patient,
    telecom: patient.telecom?.map((one) => (one.system === "phone" ? { ...one, period } : one)) ?? [],
  });
  const appointment = await booked(patient.id);
  const [connection] = await parts.hospital.connections();
  if (connection === undefined) throw new Error("no connection");
  const visit = parts.foundVisits.idOf(connection.fhirBaseUrl, appointment);
  const texts = await vi.waitFor(
    async () => {
      clock.forward(1000);
      const all = (await parts.messages.of(visit)).filter(({ way }) => way === "text");
      expect(all).not.toEqual([]);
      return all;
    },
    { timeout: 200_000, interval: 200 },
  );
  expect(texts).toMatchObject([{ kind: "confirmation", state: "withheld", code: "no-mobile" }]);
  expect(textsTo(number)).toEqual([]);
});

test("a visit that is booked, moved and cancelled is told on the phone, each once; the link leads to it", async () => {
  const clinic = deployment.sandbox.oracle.clinic(ORACLE_TENANT);
  const { patient, number } = await somebodyNew();
  const { asked, end } = listenAlong();
  onTestFinished(end);
  const id = await booked(patient.id);
  const BOOKED = /^Lamna Healthcare: Video visit .* Join: http\S+ STOP to end\.$/;
  const [text = ""] = await phoneShows(number, BOOKED);
  const link = /Join: (\S+)/.exec(text)?.[1] ?? "";
  expect((await fetch(link)).status).toBe(200);

  await clinic.move(id, 30);
  const MOVED = /Visit moved to/;
  await phoneShows(number, BOOKED, MOVED);
  await clinic.cancel(id);
  await phoneShows(number, BOOKED, MOVED, /is canceled/);

  // A chart's words of the patient go into the request of the text alone, and there only the number.
  const markers = markersOf(patient);
  expect(markers.length).toBeGreaterThan(4);
  const kept = await everythingKept();
  expect(kept.length).toBeGreaterThan(10_000);
  const said = textsTo(number).join(" ");
  const logged = deployment.logged.join("");
  expect(logged.length).toBeGreaterThan(100);
  for (const marker of markers)
    for (const [where, text] of Object.entries({ kept, logged, said }))
      expect(text.includes(marker), where + " has " + marker).toBe(false);
  // Event Grid tells the connector's own webhook of the number.
  const askedWith = (marker: string) => [
    ...new Set(
      asked.flatMap(({ path, text }) => (text.includes(marker) && path !== PATHS.events ? path : [])),
    ),
  ];
  expect(asked.length).toBeGreaterThan(50);
  expect(askedWith(number.slice(-10))).toEqual(["/sms"]);
  for (const marker of markers.filter((one) => !number.includes(one.replace(/\D/g, "").slice(-10) || "none")))
    expect([marker, askedWith(marker)]).toEqual([marker, []]);
});

type Patient = Awaited<ReturnType<typeof somebodyNew>>["patient"];

/** The patient's names, numbers and so on, without short ones, which occur in random text by chance. */
const markersOf = ({ name = [], telecom = [], address = [], birthDate = "" }: Patient): readonly string[] =>
  [
    ...name.flatMap(({ text = "", family = "" }) => [text, family]),
    ...telecom.flatMap(({ value = "" }) => [value, value.replace(/\D/g, "").slice(-10)]),
    ...address.flatMap(({ text = "", line = [] }) => [text, ...line]),
    birthDate,
  ].filter((marker) => marker.length >= 6);

async function everythingKept(): Promise<string> {
  const containers = new Set(kinds.map(({ container }) => container));
  const rows = [];
  for (const container of containers) {
    let since: string | undefined;
    for (let came = 1; came > 0;) {
      const page = await deployment.parts.store.changes(container, 500, since);
      rows.push(...page.items);
      came = page.items.length;
      since = page.next;
    }
  }
  return JSON.stringify(rows);
}
