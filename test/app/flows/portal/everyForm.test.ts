/**
 * Every form of every page of the portal, sent as the page has just rendered it: with all fields that the page gives it, and
 * none that only a test thinks of. A form that its own address refuses is one that nobody can use.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { PATHS } from "../../../../app/domain/addresses.ts";
import {
  ADDRESSES,
  portalPath,
  type PortalAddress,
  type PortalPageName,
} from "../../../../app/flows/portal/addresses.ts";
import { PORTAL_ACCOUNTS, signInToPortal } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { FORMS, type Form, type FormName } from "../../../harness/portalForms.ts";
import { formsOf, type RenderedForm } from "../../../harness/renderedForms.ts";
import { withSystemClients } from "../../../harness/stack.ts";
import { useStore } from "../../../harness/usedStore.ts";

/** Pages and forms that leave nothing for others to do. */
const AT_THE_END: readonly string[] = ["withdrawTexts", "texts", "approvals", "proposal"];
const addresses = Object.entries(ADDRESSES) as [PortalPageName, PortalAddress][];
/** What each page is about whose address names something. What is removed is another thing than what is looked at. */
const IDS: Readonly<Partial<Record<PortalPageName, string>>> = {
  connectionRemoval: "fourth",
  proposal: "approvals.approvals",
  department: "sleep",
  departmentForm: "sleep",
  departmentRemoval: "sleep",
};
/** Pages with an address of their own. Approvals come last, because every change waits once their form was sent. */
const pages = addresses
  .filter(
    ([name, { method, by, needs }]) =>
      method === "get" && by === undefined && needs !== "anybody" && name !== "beginConsent",
  )
  .map(([name]) => [name, IDS[name] ?? "other"] as const)
  .concat([
    ["connection", "lamna"],
    ["connection", "untested"],
  ])
  .sort(([one], [other]) => AT_THE_END.indexOf(one) - AT_THE_END.indexOf(other));

/** What answers a form in which something is left to fill in, and what it says then. */
const ANSWERED: Readonly<Partial<Record<PortalPageName, readonly [status: number, says: string]>>> = {
  addConnection: [422, "Some fields need another look"],
  // Its chart system does not answer here.
  editConnection: [422, "One field needs another look"],
  addDepartment: [422, "Some fields need another look"],
  agreeToTexts: [422, "Both consents are needed"],
  setManager: [422, "Enter whose departments these are"],
  // The number is yet to be generated here.
  tryText: [409, "There is no number to send it from"],
};
/** Signing out would end the walk. */
const NOT_SHOWN: readonly FormName[] = ["signOut"];

let deployment: Deployment;
const person = new Person();
/** Somebody else, who approves what the first has asked for. */
const second = new Person();
beforeAll(async () => {
  const stack = withSystemClients;
  deployment = await startDeployment({
    stack: (all, charts) => ({ ...stack(all, charts), numbers: "portal", approvals: { testOverride: true } }),
  });
  await useStore(deployment);
  // Nothing waits for a second person, so that each form is carried out.
  const { approvalSettings, proposals } = deployment.parts;
  const actor = { kind: "person", objectId: PORTAL_ACCOUNTS.administrator } as const;
  for (const proposal of await proposals.waiting()) await proposals.reject(actor, proposal);
  const { revision } = (await approvalSettings.read("approvals")) ?? { revision: 0 };
  await approvalSettings.remove({ actor, action: "approvals.loosened" }, "approvals", revision);
  await deployment.parts.optOuts.stop("+12025550123", deployment.parts.now());
  const { jobs } = deployment.parts;
  await jobs.add({ kind: "canary", key: "nothing", of: { slot: "nothing" } });
  const kept = await jobs.read("canary:nothing");
  if (kept === undefined) throw new Error("no job");
  await jobs.write(kept, { ...kept.job, state: "poisoned", endedAt: deployment.parts.now() });
  // No test visit has succeeded, and a chart system names other sign-in addresses than it did at first.
  const { connectionSettings, standings, testVisits } = deployment.parts;
  await connectionSettings.add({ actor, action: "connection.added" }, "untested", {
    name: "Untested",
    fhirBaseUrl: "https://fhir.example/r4/untested",
    environment: "production",
    visitTypes: ["Video Visit"],
    enabled: false,
  });
  Object.assign(testVisits, { list: () => Promise.resolve([]) });
  const ends = { authorizationEndpoint: "https://a.example/a", tokenEndpoint: "https://a.example/t" };
  const changed = { before: ends, now: { ...ends, issuer: "https://a.example" } };
  const moved = { ok: false, at: deployment.parts.now(), reason: "They have moved.", changed } as const;
  Object.assign(standings, { known: () => moved, askNow: () => Promise.resolve(moved) });
  await signInToPortal(deployment, person, "globalAdministrator");
  await signInToPortal(deployment, second, "secondGlobalAdministrator");
}, 120_000);
afterAll(() => deployment.stop());

interface Press {
  readonly name: PortalPageName;
  readonly form: RenderedForm;
  readonly button: RenderedForm["buttons"][number];
}

const nameAt = ({ method, action: { pathname } }: RenderedForm) => {
  const found = addresses.find(
    ([, { method: takes, path }]) =>
      takes === method &&
      new RegExp(`^${PATHS.portal}${path.replaceAll(".", "\\.").replace(":id", "[^/]+")}$`).test(pathname),
  );
  if (found === undefined) throw new Error("a form for no address: " + pathname);
  return found[0];
};

const pressed = new Set<string>();
const keyOf = (from: string, { name, button }: Press) => [from, name, button?.join("=") ?? ""].join(" ");
/** The buttons of a page's forms that were not pressed yet on this page. */
const pressesOn = (page: Page, from: string): readonly Press[] =>
  formsOf(page)
    .flatMap((form) => form.buttons.map((button): Press => ({ name: nameAt(form), form, button })))
    .filter((press) => press.name !== "signOut" && !pressed.has(keyOf(from, press)))
    .sort((one, other) => AT_THE_END.indexOf(one.name) - AT_THE_END.indexOf(other.name));

function press({ name, form, button }: Press, by: Person): Promise<Page> {
  const fields = new URLSearchParams();
  for (const [field, value] of [...form.fields, ...(button ? [button] : [])]) fields.append(field, value);
  const usual = (FORMS as Readonly<Partial<Record<string, Form>>>)[name]?.fields ?? {};
  for (const field of form.unfilled) fields.set(field, usual[field] ?? "");
  return form.method === "post"
    ? by.send(form.action, fields)
    : by.open(`${form.action.href}?${fields.toString()}`);
}

/** Pages that answered a form. */
const answers: (readonly [from: string, page: Page])[] = [];

async function pressAndJudge(from: string, next: Press, by: Person): Promise<void> {
  pressed.add(keyOf(from, next));
  const answer = await press(next, by);
  const [status, says] = (next.button === undefined ? ANSWERED[next.name] : undefined) ?? [200, ""];
  expect
    .soft([keyOf(from, next), answer.status, answer.html.includes(says)])
    .toEqual([keyOf(from, next), status, true]);
  if (next.form.method === "post") answers.push(["the answer to " + next.name, answer]);
}

/** Opens the page anew for each of its buttons. */
test.each(pages)("%s (%s)", async (name, id) => {
  const by = name === "proposal" ? second : person;
  const open = () => by.open(deployment.url + portalPath(name, id));
  expect((await open()).status).toBe(200);
  for (;;) {
    const page = await open();
    const [next] = pressesOn(page, `${name} (${id})`);
    if (next === undefined) return;
    await pressAndJudge(`${name} (${id})`, next, by);
  }
});

const namesPressed = () => new Set([...pressed].map((key) => key.split(" ").at(-2)));

test("what only the answer to another form shows", async () => {
  for (const [from, page] of answers)
    for (const next of pressesOn(page, from))
      if (!namesPressed().has(next.name)) await pressAndJudge(from, next, person);
});

test("every form was on a page", () => {
  const names = namesPressed();
  expect(Object.keys(FORMS).filter((name) => !names.has(name))).toEqual(NOT_SHOWN);
});
