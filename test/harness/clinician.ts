/** A clinician in front of the sandbox's PowerChart: opens Teams from a chart, signs in to Microsoft, reads the page. */
import type { Launch } from "../../app/sandbox/oracle/start.ts";
import type { ScenarioName } from "../../app/sandbox/oracle/clinic/scenarios.ts";
import type { Deployment } from "./deployment.ts";
import type { Page, Person } from "./person.ts";
import { ORACLE_TENANT } from "./stack.ts";
import { attributesOf } from "./html.ts";
import { elementsOf } from "../../infra/rehearsal/visit/html.ts";

export type AtSandbox = Pick<Deployment, "url" | "sandbox">;

/** Invented clinicians of the sandbox's Microsoft directory. */
export const ACCOUNT = "7d0c5a1e-0000-4000-8000-00000000b001";
export const STRANGER = "cccccccc-0000-4000-8000-00000000d001";

/**
 * A launch of one of the clinic's scenarios. It is launched from the visit's encounter, unless `fromEncounter` is false.
 */
export async function launchOf(
  deployment: AtSandbox,
  name: ScenarioName,
  how: { readonly tenant?: string; readonly clientId?: string; readonly fromEncounter?: boolean } = {},
): Promise<Launch> {
  const tenant = how.tenant ?? ORACLE_TENANT;
  const clinic = deployment.sandbox.oracle.clinic(tenant);
  const visit = await clinic.visit(name);
  const encounter = how.fromEncounter === false ? undefined : await clinic.encounterOf(visit.id);
  return {
    tenant,
    clientId: how.clientId ?? "connector-provider",
    practitionerId: participant(visit, "Practitioner"),
    patientId: participant(visit, "Patient"),
    ...(encounter?.appointment !== undefined && { encounterId: encounter.id }),
  };
}

function participant(visit: { participant: { actor?: { reference?: string } }[] }, type: string): string {
  const references = visit.participant.flatMap(({ actor }) => actor?.reference ?? []);
  const found = references.find((reference) => reference.startsWith(type + "/"));
  if (found === undefined) throw new Error("the visit has no " + type);
  return found.slice(type.length + 1);
}

/** Signs in to PowerChart as the clinician of the launch. */
export async function signInToPowerChart(
  deployment: AtSandbox,
  person: Person,
  launch: Launch,
): Promise<void> {
  const { pages } = deployment.sandbox.oracle;
  await person.send(pages + "/sign-in", { tenant: launch.tenant, practitioner: launch.practitionerId });
}

/** Clicks the chart's Teams tile, and returns the page to which that leads. */
export async function launchFrom(deployment: AtSandbox, person: Person, launch: Launch): Promise<Page> {
  await signInToPowerChart(deployment, person, launch);
  return person.open(deployment.sandbox.oracle.launchUrl(launch));
}

export async function launchScenario(
  deployment: AtSandbox,
  person: Person,
  name: ScenarioName,
): Promise<Page> {
  return launchFrom(deployment, person, await launchOf(deployment, name));
}

/**
 * A visit's page long before its links open. The visit is moved only after the launch, because a launch offers today's
 * visits and in the evening a visit that late would be tomorrow's.
 */
export async function launchEarly(deployment: AtSandbox, person: Person): Promise<Page> {
  const page = await launchScenario(deployment, person, "laterToday");
  const clinic = deployment.sandbox.oracle.clinic(ORACLE_TENANT);
  await clinic.move((await clinic.visit("laterToday")).id, 2 * 60);
  return person.open(page.url);
}

/** Signs in at Microsoft from a visit's page, up to the question whether to link the account. */
export async function signInToMicrosoft(person: Person, visit: Page, account: string): Promise<Page> {
  const picker = await person.open(new URL(visit.url.pathname + "/sign-in", visit.url));
  return person.send(picker.url, { account });
}

/** The patient's link as the visit's page shows it. */
export function patientLink(page: Page): string {
  const [link] = attributesOf(page.html, "#link-patient", "value");
  if (link === undefined) throw new Error("the page shows no patient's link:\n" + page.html);
  return link;
}

/**
 * A visit's page without what differs each time: the mark of the invitation form, the minutes that are left, and the minute at
 * which the chart was read.
 */
export function asShown({ html }: Page): string {
  return html
    .replace(/(?<=name="invitation" value=")[\w-]{12}/, "")
    .replace(/\b(?:Starts (?:in|now)|Started|Ended|as of)\b[^<]*/g, "");
}

/** The links of a visit's guests as its page shows them, by number. */
export function guestLinks({ html }: Page): ReadonlyMap<number, string> {
  const fields = elementsOf(html, "input[id^=link-]:not(#link-patient)").map(({ attributes }) => attributes);
  return new Map(fields.map(({ id = "", value = "" }) => [Number(id.slice("link-".length)), value]));
}

/**
 * The meeting to which a visit's links lead, found by any of them. The meeting's own address is shown only to a clinician
 * who has signed in.
 */
export async function meetingOf({ parts, sandbox }: Pick<Deployment, "parts" | "sandbox">, page: Page) {
  const token = /value="[^"]+\/[js]\/([\w-]+)"/.exec(page.html)?.[1] ?? "none";
  const claims = parts.visits.claims(token);
  const visit = claims && (await parts.visits.byId(claims.visit));
  const thread = /meeting_([^%]+)%40thread/.exec(visit?.meeting.joinUrl ?? "")?.[1];
  const meeting = sandbox.microsoft.meetings().find((each) => each.thread === thread);
  if (meeting === undefined) throw new Error("the page has no link into a meeting:\n" + page.html);
  return meeting;
}
