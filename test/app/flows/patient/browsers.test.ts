import { afterAll, beforeAll, expect, test } from "vitest";
import { launchScenario, patientLink } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";

const CHROMIUM = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0";
const WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)";
const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X)";
const ANDROID = "Mozilla/5.0 (Linux; Android 10; K)";

let deployment: Deployment;
let link: string;
beforeAll(async () => {
  deployment = await startDeployment();
  link = patientLink(await launchScenario(deployment, new Person(), "startsSoon"));
});
afterAll(() => deployment.stop());

const tapWith = (agent: string, language = "en") =>
  fetch(link, { redirect: "manual", headers: { "user-agent": agent, "accept-language": language } });

// Which browser is which: test/app/web/supportedBrowser.test.ts.
test.each([
  ["Safari on an iPhone", `${IPHONE} ${WEBKIT} Version/18.5 Mobile/15E148 Safari/604.1`],
  ["a preview in WhatsApp", "WhatsApp/2.23.20.0 A"],
])("a tap goes straight to Teams from %s", async (_name, agent) => {
  expect((await tapWith(agent)).status).toBe(302);
});

test.each([
  ["Edge on a Mac", `${MAC} ${CHROMIUM} Safari/537.36 Edg/140.0.0.0`, "Safari or Chrome"],
  ["Edge on Android", `${ANDROID} ${CHROMIUM} Mobile Safari/537.36 EdgA/140.0.0.0`, "Chrome"],
])("a tap in %s is told what to open instead", async (_name, agent, instead) => {
  const answer = await tapWith(agent);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain(`Please open your visit in ${instead}<`);
});

test("a tap inside an app is told so, in the reader's language", async () => {
  const html = await (await tapWith(`${IPHONE} ${WEBKIT} Mobile/15E148`, "es-MX,es;q=0.9,en;q=0.8")).text();
  expect(html).toContain("dentro de otra aplicación");
  expect(html).toContain('value="' + link + '"');
  expect(html).toContain('href="?anyway=1"');
});
