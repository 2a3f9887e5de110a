import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchScenario, patientLink } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";

const CHROMIUM = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0";
const WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
const WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)";
const LINUX = "Mozilla/5.0 (X11; Linux x86_64)";
const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X)";
const ANDROID = "Mozilla/5.0 (Linux; Android 10; K)";
const WEB_VIEW = "Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/UQ1A; wv)";

let deployment: Deployment;
let link: string;
beforeAll(async () => {
  deployment = await startDeployment();
  link = patientLink(await launchScenario(deployment, new Person(), "startsSoon"));
});
afterAll(() => deployment.stop());

const tapWith = (agent: string, language = "en") =>
  fetch(link, { redirect: "manual", headers: { "user-agent": agent, "accept-language": language } });

describe("a tap goes straight to Teams", () => {
  test.each([
    ["Chrome on Windows", `${WINDOWS} ${CHROMIUM} Safari/537.36`],
    ["Edge on Windows", `${WINDOWS} ${CHROMIUM} Safari/537.36 Edg/140.0.0.0`],
    ["Chrome on a Mac", `${MAC} ${CHROMIUM} Safari/537.36`],
    ["Safari on a Mac or iPad", `${MAC} ${WEBKIT} Version/18.5 Safari/605.1.15`],
    ["Chrome on Linux", `${LINUX} ${CHROMIUM} Safari/537.36`],
    ["Chrome on a Chromebook", `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${CHROMIUM} Safari/537.36`],
    ["Chrome on Android", `${ANDROID} ${CHROMIUM} Mobile Safari/537.36`],
    ["Safari on an iPhone", `${IPHONE} ${WEBKIT} Version/18.5 Mobile/15E148 Safari/604.1`],
    ["Chrome on an iPhone", `${IPHONE} ${WEBKIT} CriOS/140.0.7339.101 Mobile/15E148 Safari/604.1`],
    [
      "a preview in Messages",
      `${MAC} AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0`,
    ],
    ["a preview in WhatsApp", "WhatsApp/2.23.20.0 A"],
    ["something unknown", "NurseStation/3"],
    ["something that says far too much", `${WINDOWS} Gecko/20100101 Firefox/143.0` + " more".repeat(200)],
  ])("from %s", async (_name, agent) => {
    expect((await tapWith(agent)).status).toBe(302);
  });
});

describe("a tap is told what to open instead", () => {
  test.each([
    [
      "Firefox on Windows",
      `${WINDOWS.slice(0, -1)}; rv:143.0) Gecko/20100101 Firefox/143.0`,
      "Microsoft Edge or Chrome",
    ],
    [
      "Internet Explorer",
      "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
      "Microsoft Edge or Chrome",
    ],
    ["Edge on a Mac", `${MAC} ${CHROMIUM} Safari/537.36 Edg/140.0.0.0`, "Safari or Chrome"],
    ["Firefox on Linux", "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", "Chrome"],
    [
      "Firefox on an iPhone",
      `${IPHONE} ${WEBKIT} FxiOS/143.0 Mobile/15E148 Safari/605.1.15`,
      "Safari or Chrome",
    ],
    [
      "Edge on an iPhone",
      `${IPHONE} ${WEBKIT} Version/18.0 EdgiOS/140.0.0.0 Mobile/15E148 Safari/605.1.15`,
      "Safari or Chrome",
    ],
    ["Firefox on Android", "Mozilla/5.0 (Android 14; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0", "Chrome"],
    [
      "Samsung Internet",
      `${ANDROID} AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`,
      "Chrome",
    ],
    ["Edge on Android", `${ANDROID} ${CHROMIUM} Mobile Safari/537.36 EdgA/140.0.0.0`, "Chrome"],
  ])("in %s", async (_name, agent, instead) => {
    const answer = await tapWith(agent);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain(`Please open your visit in ${instead}<`);
  });

  test.each([
    ["Facebook on an iPhone", `${IPHONE} ${WEBKIT} Mobile/15E148 [FBAN/FBIOS;FBAV/520.0;FBDV/iPhone15,2]`],
    ["Instagram on an iPhone", `${IPHONE} ${WEBKIT} Mobile/15E148 Instagram 390.0 (iPhone15,2; iOS 18_5)`],
    ["an app's own page on an iPhone", `${IPHONE} ${WEBKIT} Mobile/15E148`],
    ["the Google app on an iPhone", `${IPHONE} ${WEBKIT} GSA/384.0 Mobile/15E148 Safari/604.1`],
    [
      "an app's own page on Android",
      `${WEB_VIEW} AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/140.0.0.0 Mobile Safari/537.36`,
    ],
    [
      "Line on Android",
      `${ANDROID} AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/140.0.0.0 Mobile Safari/537.36 Line/15.0.0/IAB`,
    ],
  ])("inside %s", async (_name, agent) => {
    const html = await (await tapWith(agent, "es-MX,es;q=0.9,en;q=0.8")).text();
    expect(html).toContain("dentro de otra aplicación");
    expect(html).toContain('value="' + link + '"');
    expect(html).toContain('href="?anyway=1"');
  });
});
