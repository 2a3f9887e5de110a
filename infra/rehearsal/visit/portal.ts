/**
 * The portal as an administrator uses it: they sign in and connect a chart system that the stack file does not name, and a
 * clinician launches from it. No department has been set up there yet, so a launch ends with the page that says so.
 */
import { PATHS } from "../../../app/domain/addresses.ts";
import { APP_ROLES } from "../../../app/domain/portalRights.ts";
import type { SandboxPerson } from "../../../app/sandbox/microsoft/people.ts";
import type { Launch } from "../../../app/sandbox/oracle/smart/grants.ts";
import { OF_PORTAL } from "../planes/oracle/chartSystems.ts";
import type { Browser, BrowserPage } from "./browser.ts";
import { underWay } from "./appointment.ts";
import { elementOf, textOf } from "./html.ts";
import { signedInAtOracle } from "./launch.ts";
import { refuse } from "./microsoft.ts";
import { browserOf, unexpected, watchOf, type Outside } from "./outside.ts";
import { Trouble } from "./steps.ts";

const CONNECTIONS = PATHS.portal + "/connections";
const OWN = CONNECTIONS + "/" + OF_PORTAL.id;
const OF_IT = " (the portal's connection)";

/** @throws Trouble at the first step that fails */
export async function portal(outside: Outside): Promise<void> {
  const { step } = outside;
  const browser = await browserOf(outside);
  await step("An administrator signs in to the portal", (tell) => signedIn(outside, browser, tell));
  await step("They connect a chart system there", () => connected(outside, browser));
  const launch = await launchOf(outside);
  const clinician = await signedInAtOracle(outside, launch, OF_IT);
  await step("The connector proves itself by the key of the portal's connections", async () => {
    const seen = watchOf(outside);
    const page = await clinician.browser.open(clinician.back.url);
    // This page is shown only after the chart was read and named a location that belongs to no department.
    if (headingOf(page) !== "This department is not set up for video visits")
      throw unexpected(outside, page, "words about the department that is missing", seen);
  });
  await step("They take the connection away again", () => removed(outside, browser));
}

async function signedIn(outside: Outside, browser: Browser, tell: (words: string) => void): Promise<void> {
  const { publicUrl } = outside;
  const person = administratorOf(outside);
  const seen = watchOf(outside);
  const picker = await browser.open(publicUrl + PATHS.portal + "/sign-in?account=other");
  if (picker.url.origin === publicUrl) throw unexpected(outside, picker, "Microsoft's sign-in", seen);
  refuse(picker);
  const page = await browser.send(picker.url, new URLSearchParams({ account: person.oid }));
  if (page.status !== 200 || !STARTS.includes(headingOf(page))) throw notLetIn(outside, page, seen);
  tell(person.displayName);
}

/** Somebody who was assigned the role, and is not a Global Administrator. */
export function administratorOf({ azure }: Outside): SandboxPerson {
  const person = azure.entra.tenant.people.find(
    ({ roles, kind }) => kind === "member" && roles.includes(APP_ROLES.administrator),
  );
  if (person === undefined) throw new Error("The directory has no administrator of the connector.");
  return person;
}

/** Pages on which the portal may begin: in a hospital without a connection, it begins with the set-up. */
const STARTS: readonly string[] = ["Home", "Set-up"];

/** The page says which claim or role is missing; the program creates both. */
function notLetIn(outside: Outside, page: BrowserPage, seen: ReturnType<typeof watchOf>): Trouble {
  const { message, log, stackKey } = unexpected(outside, page, "the portal's start page", seen);
  const happened = textOf(page.html, "h1 + p");
  return new Trouble(
    `Nobody can administer the connector: ${happened} ${message} (Claims and roles of the registration are made in infra/components/application.ts and infra/components/appRoles.ts.)`,
    { ...(log !== undefined && { log }), stackKey },
  );
}

async function connected(outside: Outside, browser: Browser): Promise<void> {
  const seen = watchOf(outside);
  const before = await browser.open(outside.publicUrl + OWN);
  // A connection left by a visit that ended before its last step.
  if (before.status === 200) await removed(outside, browser);
  const fields = new URLSearchParams({
    ...{ name: OF_PORTAL.name, id: OF_PORTAL.id, fhirBaseUrl: OF_PORTAL.fhirBaseUrl },
    environment: OF_PORTAL.environment,
    ...{ providerClientId: OF_PORTAL.provider.clientId, providerMethod: "key", systemMethod: "key" },
    visitTypes: OF_PORTAL.visitTypes.join("\n"),
  });
  const page = await browser.send(outside.publicUrl + PATHS.portal + "/new-connection", fields);
  if (page.status !== 200 || page.url.pathname !== OWN)
    throw unexpected(outside, page, "the new connection's page", seen);
}

async function removed(outside: Outside, browser: Browser): Promise<void> {
  const seen = watchOf(outside);
  const question = await browser.open(outside.publicUrl + OWN + "/remove");
  // The question says how many visits are ahead, so it asks the store for them.
  if (question.status !== 200) throw unexpected(outside, question, "the question before it is removed", seen);
  const revision = elementOf(question.html, "input[name=revision]")?.getAttribute("value") ?? "";
  const page = await browser.send(outside.publicUrl + OWN + "/remove", new URLSearchParams({ revision }));
  if (page.status !== 200 || page.url.pathname !== CONNECTIONS)
    throw unexpected(outside, page, "the list of connections", seen);
}

/** A launch of a visit in the chart's own department. */
async function launchOf({ oracle }: Outside): Promise<Launch> {
  const oracleTenant =
    oracle.systems.find(({ connection }) => connection.id === OF_PORTAL.id)?.oracleTenant ?? "";
  const clinic = oracle.clinic(oracleTenant);
  await clinic.roll();
  return underWay(clinic, oracleTenant, OF_PORTAL.provider.clientId);
}

const headingOf = ({ html }: BrowserPage): string => textOf(html, "h1");
