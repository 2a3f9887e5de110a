/** In which browsers Teams lets a patient join, by what they say of themselves. */
import { describe, expect, test } from "vitest";
import { browserJudge, browsersFor, type Platform } from "../../../app/web/supportedBrowser.ts";

const CHROMIUM = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0";
const WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
const WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)";
const LINUX = "Mozilla/5.0 (X11; Linux x86_64)";
const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X)";
const IPAD = "Mozilla/5.0 (iPad; CPU OS 16_7 like Mac OS X)";
const ANDROID = "Mozilla/5.0 (Linux; Android 10; K)";
const WEB_VIEW = "Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/UQ1A; wv)";
const CHROME_OS = "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0)";
const SAFARI = "Mobile/15E148 Safari/604.1";

const judge = browserJudge();

test.each<[what: string, agent: string | undefined, platform: Platform | undefined]>([
  ["Chrome on Windows", `${WINDOWS} ${CHROMIUM} Safari/537.36`, "Windows"],
  ["Edge on Windows", `${WINDOWS} ${CHROMIUM} Safari/537.36 Edg/140.0.0.0`, "Windows"],
  ["Chrome on a Mac", `${MAC} ${CHROMIUM} Safari/537.36`, "macOS"],
  ["Safari on a Mac or iPad", `${MAC} ${WEBKIT} Version/18.5 Safari/605.1.15`, "macOS"],
  ["Chrome on Linux", `${LINUX} ${CHROMIUM} Safari/537.36`, "Linux"],
  ["Chrome on a Chromebook", `${CHROME_OS} ${CHROMIUM} Safari/537.36`, undefined],
  ["Chrome on Android", `${ANDROID} ${CHROMIUM} Mobile Safari/537.36`, "Android"],
  ["Safari on an iPhone", `${IPHONE} ${WEBKIT} Version/18.5 ${SAFARI}`, "iOS"],
  ["Safari on an iPad", `${IPAD} ${WEBKIT} Version/16.7 ${SAFARI}`, "iOS"],
  ["Chrome on an iPhone", `${IPHONE} ${WEBKIT} CriOS/140.0.7339.101 ${SAFARI}`, "iOS"],
  ["a preview in WhatsApp", "WhatsApp/2.23.20.0 A", undefined],
  ["something unknown", "NurseStation/3", undefined],
  ["something unknown on Windows", "NurseStation/3 (Windows NT 10.0)", "Windows"],
  ["something that names nothing", "-", undefined],
  ["nothing at all", undefined, undefined],
  ["an empty name", "", undefined],
  ["something that says far too much", "x".repeat(513 - 9) + " MSIE 7.0", undefined],
])("%s joins, or is not known not to", (_what, agent, platform) => {
  expect(judge(agent)).toEqual({ ok: true, platform });
});

test.each<[what: string, agent: string, platform: Platform | undefined]>([
  ["Firefox on Windows", `${WINDOWS.slice(0, -1)}; rv:143.0) Gecko/20100101 Firefox/143.0`, "Windows"],
  ["Firefox on Linux", `${LINUX.slice(0, -1)}; rv:143.0) Gecko/20100101 Firefox/143.0`, "Linux"],
  ["Firefox on an iPhone", `${IPHONE} ${WEBKIT} FxiOS/143.0 Mobile/15E148 Safari/605.1.15`, "iOS"],
  ["Firefox on Android", "Mozilla/5.0 (Android 14; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0", "Android"],
  ["Internet Explorer", "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko", "Windows"],
  ["Internet Explorer on what is not known", "Mozilla/4.0 (compatible; MSIE 7.0)", undefined],
  ["Edge on a Mac", `${MAC} ${CHROMIUM} Safari/537.36 Edg/140.0.0.0`, "macOS"],
  [
    "Edge on an iPhone",
    `${IPHONE} ${WEBKIT} Version/18.0 EdgiOS/140.0.0.0 Mobile/15E148 Safari/605.1.15`,
    "iOS",
  ],
  ["Edge on Android", `${ANDROID} ${CHROMIUM} Mobile Safari/537.36 EdgA/140.0.0.0`, "Android"],
  [
    "Samsung Internet",
    `${ANDROID} AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`,
    "Android",
  ],
  ["Opera on Windows", `${WINDOWS} ${CHROMIUM} Safari/537.36 OPR/120.0.0.0`, "Windows"],
  ["Opera on Android", `${ANDROID} ${CHROMIUM} Mobile Safari/537.36 OPR/90.0.0.0`, "Android"],
  ["Vivaldi", `${WINDOWS} ${CHROMIUM} Safari/537.36 Vivaldi/7.5`, "Windows"],
  ["Yandex", `${WINDOWS} ${CHROMIUM} YaBrowser/25.8 Safari/537.36`, "Windows"],
  ["UC Browser", `${ANDROID} ${CHROMIUM} UCBrowser/13.4 Mobile Safari/537.36`, "Android"],
  ["WeChat", `${ANDROID} ${CHROMIUM} Mobile Safari/537.36 MicroMessenger/8.0`, "Android"],
  ["DuckDuckGo", `${IPHONE} ${WEBKIT} Version/18.5 ${SAFARI} Ddg/18.5`, "iOS"],
  ["Focus", `${IPHONE} ${WEBKIT} Focus/143.0 Mobile/15E148 Safari/605.1.15`, "iOS"],
  [
    "Amazon Silk",
    `Mozilla/5.0 (Linux; Android 9; KFMAWI) AppleWebKit/537.36 (KHTML, like Gecko) Silk/120.4 like Chrome/120.0 Safari/537.36`,
    "Android",
  ],
  [
    "Android's browser of before",
    "Mozilla/5.0 (Linux; U; Android 4.4.2; en-us) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30",
    "Android",
  ],
  ["one whose name is just short enough to be read", "x".repeat(503) + " MSIE 7.0", undefined],
  ["Safari on Windows", `${WINDOWS} ${WEBKIT} Version/5.1 Safari/605.1.15`, "Windows"],
  ["Chrome where Microsoft names none", `${LINUX} ${WEBKIT} Version/18.5 Safari/605.1.15`, "Linux"],
])("%s does not", (_what, agent, platform) => {
  expect(judge(agent)).toEqual({ ok: false, inApp: false, platform });
});

describe("a page inside an app does not, whatever shows it:", () => {
  test.each<[what: string, agent: string, platform: Platform]>([
    ["Facebook on an iPhone", `${IPHONE} ${WEBKIT} Mobile/15E148 [FBAN/FBIOS;FBAV/520.0]`, "iOS"],
    ["Facebook, as Safari", `${IPHONE} ${WEBKIT} ${SAFARI} [FBAN/FBIOS]`, "iOS"],
    ["Facebook's first mark alone", `${ANDROID} ${CHROMIUM} Safari/537.36 FBAN`, "Android"],
    ["Facebook's second mark alone", `${ANDROID} ${CHROMIUM} Safari/537.36 FBAV`, "Android"],
    ["Messenger's mark", `${ANDROID} ${CHROMIUM} Safari/537.36 [FB_IAB`, "Android"],
    ["Instagram", `${IPHONE} ${WEBKIT} ${SAFARI} Instagram 390.0`, "iOS"],
    ["Line", `${ANDROID} ${CHROMIUM} Mobile Safari/537.36 Line/15.0.0/IAB`, "Android"],
    ["Snapchat", `${IPHONE} ${WEBKIT} ${SAFARI} Snapchat/13`, "iOS"],
    ["TikTok", `${IPHONE} ${WEBKIT} ${SAFARI} musical_ly_40`, "iOS"],
    ["TikTok's other name", `${ANDROID} ${CHROMIUM} Safari/537.36 BytedanceWebview/d8`, "Android"],
    ["the Google app", `${IPHONE} ${WEBKIT} GSA/384.0 ${SAFARI}`, "iOS"],
    ["any app on Android", `${WEB_VIEW} ${CHROMIUM} Mobile Safari/537.36`, "Android"],
    ["any app on an iPhone", `${IPHONE} ${WEBKIT} Mobile/15E148`, "iOS"],
    ["any app on an iPad", `${IPAD} ${WEBKIT} Mobile/15E148`, "iOS"],
  ])("%s", (_what, agent, platform) => {
    expect(judge(agent)).toEqual({ ok: false, inApp: true, platform });
  });

  test("but a browser whose name merely ends so is a browser", () => {
    expect(judge(`${ANDROID} ${CHROMIUM} Mobile Safari/537.36 Online/1`).ok).toBe(true);
  });
});

test("what is offered instead is Microsoft's table, the platform's own first", () => {
  expect((["Android", "iOS", "macOS", "Windows", "Linux"] as const).map(browsersFor)).toEqual([
    ["Chrome"],
    ["Safari", "Chrome"],
    ["Safari", "Chrome"],
    ["Microsoft Edge", "Chrome"],
    ["Chrome"],
  ]);
});

test("the last verdicts are remembered, and the oldest goes first", () => {
  const remembers = browserJudge(2);
  const first = remembers("One/1");
  expect(remembers("One/1")).toBe(first);
  const second = remembers("Two/2");
  remembers("Three/3");
  expect(remembers("Two/2")).toBe(second);
  expect(remembers("One/1")).not.toBe(first);
  expect(remembers("Three/3")).toBe(remembers("Three/3"));
});
