/**
 * Every page of the portal that has an address, and every page that answers one of its forms, after a day on which
 * something of each kind has happened. None has an accessibility violation or scrolls sideways, at any width and in forced
 * colors, and a screenshot is taken of each. A page that is added to the table of addresses is tested without further ado.
 */
import { mkdir } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ADDRESSES, portalPath, type PortalAddress } from "../../app/flows/portal/addresses.ts";
import { RISKS } from "../../app/domain/found.ts";
import { startDeployment, type Deployment } from "../harness/deployment.ts";
import { DEPARTMENT, FORMS, type Form, type FormName } from "../harness/portalForms.ts";
import { useStore } from "../harness/usedStore.ts";
import { withSystemClients } from "../harness/stack.ts";
import { describeInBrowser, launchChromium } from "./chromium.ts";
import { apart, cutOffOnPaper, leftOutOnPaper, VISIONS } from "./readable.ts";
import { looked, overflowing, SHOTS } from "./looked.ts";

type Addresses = typeof ADDRESSES;
type PageName = {
  [N in keyof Addresses]: Addresses[N] extends
    { readonly method: "post" } | { readonly by: "token" } | { readonly needs: "anybody" }
    ? never
    : N;
}[keyof Addresses];
type OfOne = {
  [N in PageName]: Addresses[N]["path"] extends `${string}:id${string}` ? N : never;
}[PageName];

/** Addresses that answer with a file or with a part of a page, or lead to Microsoft. */
const FILES = [
  "beginConsent",
  "numberProgress",
  "exportConnections",
  "integrationText",
  "integrationJson",
] as const satisfies readonly PageName[];
type FileName = (typeof FILES)[number];

/** For each page about one of several things, the id of the thing that is shown. */
const IDS: Readonly<Record<Exclude<OfOne, FileName>, string>> = {
  connection: "other",
  connectionForm: "other",
  connectionRemoval: "other",
  proposal: "connection.other",
  department: "sleep",
  departmentForm: "sleep",
  departmentRemoval: "sleep",
  integrationRecords: "other",
};

/** Pages that people print, or that have charts. */
const REPORTS = [
  "reports",
  "reportUsage",
  "reportTexts",
  "reportQuality",
  "reportAllocation",
] as const satisfies readonly PageName[];

/** Forms that answer with a file or with a part of a page. */
const NO_PAGES: readonly FormName[] = [
  "auditCsv",
  "auditJson",
  "reportCsv",
  "reportAllocationCsv",
  "previewWords",
];
const forms = (Object.entries(FORMS) as [FormName, Form][]).filter(([name]) => !NO_PAGES.includes(name));
/** What the forms of test/harness/portalForms.ts name, and what this store has instead. */
const HERE: Readonly<Record<string, string>> = {
  own: "other",
  ward: "sleep",
  "connection.waits": "connection.other",
};
const idHere = (id = "") => HERE[id] ?? id;
const ERRORS: readonly [FormName, Readonly<Record<string, string>>][] = [
  ["addConnection", {}],
  ["addDepartment", {}],
  ["agreeToTexts", {}],
  ["listStaff", { phones: "nobody", mails: "nobody" }],
];

/** Sends a form. This function runs in the page. */
function sendsForm({ path, fields }: { path: string; fields: [string, string][] }): void {
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: path });
  for (const [name, value] of fields)
    form.append(Object.assign(document.createElement("textarea"), { name, value }));
  form.dataset["left"] = "";
  document.body.append(form);
  form.submit();
}

const idOf = (name: PageName): string => (IDS as Readonly<Record<string, string | undefined>>)[name] ?? "";
const pages = (Object.entries(ADDRESSES) as [PageName, PortalAddress][])
  .filter(
    ([name, { method, by, needs }]) =>
      method === "get" &&
      by === undefined &&
      needs !== "anybody" &&
      !(FILES as readonly PageName[]).includes(name),
  )
  .map(([name]) => [name, portalPath(name, idOf(name))] as const);

describeInBrowser("the portal in a real browser", () => {
  let deployment: Deployment;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    await mkdir(SHOTS, { recursive: true });
    deployment = await startDeployment({ stack: withSystemClients });
    await useStore(deployment);
    await visitsAtRisk(deployment);
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(deployment.url + "/portal");
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.getByRole("button", { name: /Sam Brenner/ }).click();
    await page.waitForURL(/\/portal/);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await deployment.stop();
  });

  const see = async (name: string) => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await looked(page, "portal-each-" + name, 1280);
    // Axe does not see what forced colors hide, so a screenshot of each page is taken for people.
    await page.emulateMedia({ forcedColors: "active" });
    await page.screenshot({ path: `${SHOTS}/portal-each-${name}-forced-colors.png` });
    await page.emulateMedia({ forcedColors: null });
    expect([name, await leftOutOnPaper(page)]).toEqual([name, []]);
    for (const width of [768, 320]) {
      await page.setViewportSize({ width, height: 900 });
      expect([name, width, await overflowing(page)]).toEqual([name, width, 0]);
    }
    await page.screenshot({ path: `${SHOTS}/portal-each-${name}-320.png`, fullPage: true });
  };

  test.each(pages)("%s", async (name, path) => {
    const answer = await page.goto(deployment.url + path);
    expect(answer?.status()).toBe(200);
    await see(name);
  });

  test.each(pages.filter(([name]) => REPORTS.some((report) => report === name)))(
    "%s is readable on A4, in grey and for colour-blind people",
    async (name, path) => {
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.goto(deployment.url + path);
      for (const vision of VISIONS)
        expect([vision, ...(await apart(page, vision)).filter((part) => part < 0.1)]).toEqual([vision]);
      expect(await cutOffOnPaper(page, `${SHOTS}/portal-each-${name}-a4.png`)).toEqual([]);
    },
  );

  /** Sends a form as a page of the portal would, and looks at the page that answers it. */
  const answered = async (name: string, path: string, fields: Readonly<Record<string, string>>) => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto(deployment.url + "/portal/help");
    const sent = page.waitForResponse((each) => each.request().method() === "POST");
    await page.evaluate(sendsForm, { path, fields: Object.entries(fields) });
    const status = (await sent).status();
    expect([name, status < 500]).toEqual([name, true]);
    // Waits until the page before is gone, so that it is not taken for the answer.
    await page.waitForFunction(
      () => document.querySelector("[data-left]") === null && document.readyState === "complete",
    );
    await looked(page, "portal-answer-" + name, 1280);
    await page.setViewportSize({ width: 320, height: 900 });
    expect([name, await overflowing(page)]).toEqual([name, 0]);
    return status;
  };

  test("what a department’s form finds, and what trying its accounts says", async () => {
    const find = { ...DEPARTMENT, locations: "" };
    await answered("findLocations", portalPath("addDepartment"), { ...find, find: "locations" });
    await answered("findAccounts", portalPath("addDepartment"), { ...find, findAccounts: "tele" });
    deployment.sandbox.microsoft.faults.set({ accessPolicy: "missing-forbidden" });
    await answered("accessPolicy", portalPath("tryDepartment", "sleep"), {});
    deployment.sandbox.microsoft.faults.clear();
  });

  test.each(ERRORS)("%s with what cannot be kept", async (name, fields) => {
    expect(await answered(name + "-wrong", portalPath(name, idHere(FORMS[name].id)), fields)).toBe(422);
  });

  // The form that signs out comes last in the table and so is sent last.
  test.each(forms)("the answer to %s", async (name, { id, fields }) => {
    await answered(name, portalPath(name, idHere(id)), fields);
  });
});

/** Makes a visit at risk for each reason. */
async function visitsAtRisk({ parts: { foundVisits, hospital, now } }: Deployment): Promise<void> {
  const connection = await hospital.connection("lamna");
  const [department] = await hospital.departments("lamna");
  if (connection === undefined || department === undefined) throw new Error("no department");
  for (const [index, risk] of RISKS.entries()) {
    const id = foundVisits.idOf(connection.fhirBaseUrl, risk);
    const start = new Date(now().getTime() + index * 600_000);
    const of = {
      connectionId: "lamna",
      departmentId: department.id,
      location: department.locations[0] ?? "",
    };
    const times = { start, end: new Date(start.getTime() + 1_800_000), firstSeen: now() };
    const seen = {
      standing: "on",
      seen: foundVisits.hash(id, "said"),
      changes: 0,
      hasMeeting: true,
    } as const;
    await foundVisits.add({ id, ...of, ...times, ...seen, risk }, risk);
  }
}
