/** A visit as outsiders make it: a clinician opens it from the chart, the patient taps the link; then again after a restart. */
import { launchPath, PATHS } from "../../../app/domain/addresses.ts";
import type { StackSettings } from "../../stack.ts";
import { HOSTS } from "../vendors/entra.ts";
import { bookedIn, type Department } from "./appointment.ts";
import { textOf, type Page } from "./browser.ts";
import { jobDone } from "./job.ts";
import { openFromChart } from "./launch.ts";
import { browserOf, unexpected, watchOf, type Outside } from "./outside.ts";
import { ready } from "./readiness.ts";
import { Trouble } from "./steps.ts";

export type { Outside } from "./outside.ts";

/** @throws Trouble at the first step that fails */
export async function visit(outside: Outside): Promise<void> {
  const { step, azure, siteHost } = outside;
  await step("The site is ready: it reaches its store and its keys", () => ready(outside));
  await step("A job goes through the queue and is done", () => jobDone(outside));
  const target = visited(outside.stack);
  if (target === undefined) {
    await step("Whoever launches is told what is missing", (tell) => unconnected(outside, tell));
    return;
  }
  await step("Oracle Health says where to sign in", (tell) => discovered(outside, target, tell));
  await step("Oracle Health can read the connector's keys", () => published(outside, target));
  const link = await visitedOnce(outside, target, "");
  await step("The site is started again", async () => {
    azure.appService.restart(siteHost);
    await azure.appService.settled(siteHost);
    await ready(outside);
  });
  await step("The same patient's link still leads to Teams", () => tapped(outside, link));
  const second = await visitedOnce(outside, target, " (second visit)");
  if (second !== link)
    throw new Trouble("After the restart the patient has another link: the store did not keep the visit.");
}

interface Target {
  readonly connection: NonNullable<StackSettings["connections"]>[number];
  readonly department: Department;
}

/** The first department whose connection is registered. */
function visited({ connections = [], departments = [] }: StackSettings): Target | undefined {
  const targets = departments.flatMap((department): readonly Target[] => {
    const connection = connections.find(({ id }) => id === department.connection);
    return connection?.provider === undefined ? [] : [{ connection, department }];
  });
  return targets[0];
}

async function unconnected(outside: Outside, tell: (words: string) => void): Promise<void> {
  const { stack, publicUrl } = outside;
  const [connection] = stack.connections ?? [];
  const path =
    connection === undefined ? PATHS.launch : launchPath(stack.environment, connection.environment);
  const address = new URL(publicUrl + path);
  if (connection !== undefined) {
    address.searchParams.set("iss", connection.fhirBaseUrl);
    address.searchParams.set("launch", "rehearsal");
  }
  const page = await (await browserOf(outside)).open(address);
  const expected =
    connection?.provider === undefined ? /must be opened from the chart|not ready for this chart/u : /./u;
  if (page.status >= 500 && connection === undefined) throw unexpected(outside, page, "words");
  if (!expected.test(textOf(page.html))) throw unexpected(outside, page, "words about what is missing");
  tell(
    connection === undefined
      ? "The stack names no chart system yet, so a visit goes no further."
      : "No department of the stack has a registered connection yet, so a visit goes no further.",
  );
}

async function discovered(
  outside: Outside,
  { connection }: Target,
  tell: (words: string) => void,
): Promise<void> {
  const system = outside.oracle.systems.find((one) => one.connection.id === connection.id);
  const page = await (
    await browserOf(outside)
  ).open(`${system?.at.fhirBase ?? ""}/.well-known/smart-configuration`);
  if (page.status !== 200) throw unexpected(outside, page, "where to sign in");
  tell(new URL(system?.at.authorize ?? "").host);
}

async function published(outside: Outside, { connection }: Target): Promise<void> {
  const record = outside.records.find((one) => one.connection === connection.id);
  const seen = watchOf(outside);
  const page = await (await browserOf(outside)).open(record?.jwksUrl ?? "");
  if (page.status !== 200) throw unexpected(outside, page, "the connector's keys", seen);
}

/** The patient's link of it. */
async function visitedOnce(outside: Outside, target: Target, again: string): Promise<string> {
  const { step, oracle } = outside;
  const { connection, department } = target;
  const tenant = oracle.systems.find((one) => one.connection.id === connection.id)?.tenant ?? "";
  const launch = await bookedIn(oracle, tenant, connection.provider?.clientId ?? "", department);
  const page = await openFromChart(outside, launch, again);
  const link = await step("The visit's page names the department" + again, (tell) => {
    tell(department.name);
    return Promise.resolve(linkOn(outside, page, department));
  });
  await step("The patient's link leads to Teams" + again, () => tapped(outside, link));
  return link;
}

function linkOn(outside: Outside, page: Page, { name }: Department): string {
  const link = /id="link-patient"[^>]*value="([^"]+)"/u.exec(page.html)?.[1];
  if (!textOf(page.html).includes(name)) throw unexpected(outside, page, `a page that names ${name}`);
  if (link === undefined) throw unexpected(outside, page, "a page with the patient's link");
  return link;
}

async function tapped(outside: Outside, link: string): Promise<void> {
  const isTeams = (url: URL) => url.host === HOSTS.teams;
  const seen = watchOf(outside);
  const page = await (await browserOf(outside)).open(link, isTeams);
  if (page.status !== 302 || !isTeams(page.url)) throw unexpected(outside, page, "the way to Teams", seen);
}
