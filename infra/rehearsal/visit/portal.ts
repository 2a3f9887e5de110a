/**
 * The portal as administrators use it: one signs in and connects a chart system that the stack file does not name, and a
 * clinician launches from it. No department has been set up there yet, so a launch ends with the page that says so. Where
 * the stack asks for a second person, a Global Administrator approves.
 */
import { PATHS } from "../../../app/domain/addresses.ts";
import { APP_ROLES, GLOBAL_ADMINISTRATOR } from "../../../app/domain/portalRights.ts";
import type { SandboxPerson } from "../../../app/sandbox/microsoft/people.ts";
import type { Launch } from "../../../app/sandbox/oracle/smart/grants.ts";
import { OF_PORTAL } from "../planes/oracle/chartSystems.ts";
import type { Browser, BrowserPage } from "./browser.ts";
import { underWay } from "./appointment.ts";
import { approved, isSecondPersonAsked, takenBack } from "./approval.ts";
import { elementOf, textOf } from "./html.ts";
import { signedInAtOracle } from "./launch.ts";
import { memberWho, refuse } from "./microsoft.ts";
import { browserOf, unexpected, watchOf, type Outside } from "./outside.ts";
import { Trouble } from "./steps.ts";

const CONNECTIONS = PATHS.portal + "/connections";
const OWN = CONNECTIONS + "/" + OF_PORTAL.id;
const OF_IT = " (the portal's connection)";

/** @throws Trouble at the first step that fails */
export async function portal(outside: Outside): Promise<void> {
  const { step } = outside;
  const browser = await browserOf(outside);
  await step("An administrator signs in to the portal", (tell) =>
    signedIn(outside, browser, administratorOf(outside), tell),
  );
  for (const [who, role] of READERS)
    await step(`${who} signs in, too`, async (tell) =>
      signedIn(outside, await browserOf(outside), holderOf(outside, role), tell),
    );
  const highest = await browserOf(outside);
  await step("A Global Administrator signs in, whom the directory alone gives a role", (tell) =>
    signedIn(outside, highest, globalAdministratorOf(outside), tell),
  );
  const second = isSecondPersonAsked(outside) ? highest : undefined;
  await step("They connect a chart system there", () => connected(outside, browser, second));
  const launch = await launchOf(outside);
  const clinician = await signedInAtOracle(outside, launch, OF_IT);
  await step("The connector proves itself by the key of the portal's connections", async () => {
    const seen = watchOf(outside);
    const page = await clinician.browser.open(clinician.back.url);
    // This page is shown only after the chart was read and named a location that belongs to no department.
    if (headingOf(page) !== "This department is not set up for video visits")
      throw unexpected(outside, page, "words about the department that is missing", seen);
  });
  await step("They take the connection away again", () => removed(outside, browser, second));
}

async function signedIn(
  outside: Outside,
  browser: Browser,
  person: SandboxPerson,
  tell: (words: string) => void,
): Promise<void> {
  const { publicUrl } = outside;
  const seen = watchOf(outside);
  const picker = await browser.open(publicUrl + PATHS.portal + "/sign-in?account=other");
  if (picker.url.origin === publicUrl) throw unexpected(outside, picker, "Microsoft's sign-in", seen);
  refuse(picker);
  const page = await browser.send(picker.url, new URLSearchParams({ account: person.oid }));
  if (page.status !== 200 || !STARTS.includes(headingOf(page))) throw notLetIn(outside, page, seen, person);
  tell(person.displayName);
}

/** Those who sign in to read, and the role by which they may. */
const READERS = [
  ["Who reads reports", APP_ROLES.reportReader],
  ["Who manages a department", APP_ROLES.departmentManager],
] as const;

export const administratorOf = (outside: Outside): SandboxPerson =>
  holderOf(outside, APP_ROLES.administrator);

/** Somebody who was assigned the role, and is not a Global Administrator. */
const holderOf = ({ azure }: Outside, role: string): SandboxPerson =>
  memberWho(azure, `with the role ${role}`, ({ roles }) => roles.includes(role));

/** Somebody with a role of the directory alone, who may also approve what others change. */
const globalAdministratorOf = ({ azure }: Outside): SandboxPerson =>
  memberWho(azure, "who is a Global Administrator", ({ wids }) => wids.includes(GLOBAL_ADMINISTRATOR));

/**
 * Pages on which the portal may begin: in a hospital without a connection, it begins with the set-up, and for whoever only
 * reads with what they read.
 */
const STARTS: readonly string[] = ["Home", "Set-up", "Reports"];

/** The page says which claim or role is missing; the program creates both. */
function notLetIn(
  outside: Outside,
  page: BrowserPage,
  seen: ReturnType<typeof watchOf>,
  { displayName, roles }: SandboxPerson,
): Trouble {
  const { message, log, stackKey } = unexpected(outside, page, "the portal's start page", seen);
  const happened = textOf(page.html, "h1 + p");
  const who = READERS.some(([, role]) => roles.includes(role))
    ? `${displayName} does not get in`
    : "Nobody can administer the connector";
  return new Trouble(
    `${who}: ${happened} ${message} (Claims and roles of the registration, with groupMembershipClaims by which it learns of directory roles, are made in infra/components/application.ts and infra/components/appRoles.ts.)`,
    { ...(log !== undefined && { log }), stackKey },
  );
}

async function connected(outside: Outside, browser: Browser, second: Browser | undefined): Promise<void> {
  const seen = watchOf(outside);
  if (second !== undefined) await takenBack(outside, browser);
  const before = await browser.open(outside.publicUrl + OWN);
  // A connection left by a visit that ended before its last step.
  if (before.status === 200) await removed(outside, browser, second);
  const fields = new URLSearchParams({
    ...{ name: OF_PORTAL.name, id: OF_PORTAL.id, fhirBaseUrl: OF_PORTAL.fhirBaseUrl },
    environment: OF_PORTAL.environment,
    ...{ providerClientId: OF_PORTAL.provider.clientId, providerMethod: "key", systemMethod: "key" },
    visitTypes: OF_PORTAL.visitTypes.join("\n"),
  });
  const page = await browser.send(outside.publicUrl + PATHS.portal + "/new-connection", fields);
  if (second !== undefined) {
    await approved(outside, second, page);
    const made = await browser.open(outside.publicUrl + OWN);
    if (made.status !== 200) throw unexpected(outside, made, "the approved connection's page", seen);
  } else if (page.status !== 200 || page.url.pathname !== OWN)
    throw unexpected(outside, page, "the new connection's page", seen);
}

async function removed(outside: Outside, browser: Browser, second: Browser | undefined): Promise<void> {
  const seen = watchOf(outside);
  const question = await browser.open(outside.publicUrl + OWN + "/remove");
  // The question says how many visits are ahead, so it asks the store for them.
  if (question.status !== 200) throw unexpected(outside, question, "the question before it is removed", seen);
  const revision = elementOf(question.html, "input[name=revision]")?.getAttribute("value") ?? "";
  const page = await browser.send(outside.publicUrl + OWN + "/remove", new URLSearchParams({ revision }));
  if (second !== undefined) await approved(outside, second, page);
  else if (page.status !== 200 || page.url.pathname !== CONNECTIONS)
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
