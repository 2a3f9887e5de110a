import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FROM_ONE_ADDRESS, WITH_ONE_STATE } from "../../../../app/web/limits.ts";
import { callerAddress } from "../../../../app/web/callerAddress.ts";
import { launchOf, launchScenario, signInToPowerChart } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { fromNowOn } from "../../../harness/fromNowOn.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { ORACLE_TENANT } from "../../../harness/stack.ts";
import { heading } from "./otherChart.ts";

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

const seen = (page: Page) => [page.status, heading(page)];

test("one state is answered a few times without its cookie, and then with 429 and when to come back; its owner and another state are not concerned", async () => {
  const person = new Person();
  const launch = await launchOf(deployment, "startsSoon");
  await signInToPowerChart(deployment, person, launch);
  const isCallback = (url: URL) => url.pathname.startsWith("/launch/callback/");
  const { url } = await person.open(deployment.sandbox.oracle.launchUrl(launch), isCallback);
  for (let foreign = 0; foreign < WITH_ONE_STATE.limit; foreign++)
    expect(seen(await new Person().open(url))).toEqual([403, "This sign-in began in another window"]);
  expect(seen(await new Person().open(url))).toEqual([429, "Too many tries at once"]);
  // Whoever else knows the state has used up nothing of its owner's.
  expect((await person.open(url)).status).toBe(200);
  const refused = await person.open(url);
  expect(seen(refused)).toEqual([429, "Too many tries at once"]);
  expect(refused.html).toContain("open the visit again from the patient's chart");
  expect(refused.headers.get("retry-after")).toBe("600");
  expect(refused.headers.get("cache-control")).toBe("no-store");
  expect((await launchScenario(deployment, person, "startsSoon")).status).toBe(200);
});

test("the Microsoft sign-in's answers are limited by their state, too", async () => {
  const callback = deployment.url + "/signin/callback?code=x&state=visit." + "S".repeat(43);
  for (let again = 0; again < WITH_ONE_STATE.limit; again++)
    expect((await new Person().open(callback)).status).toBe(401);
  expect(seen(await new Person().open(callback))).toEqual([429, "Too many tries at once"]);
});

test("what is refused before anybody is asked counts for nothing", async () => {
  const refused = [
    "/launch/provider",
    "/launch/provider?iss=https://unknown.example/r4&launch=x",
    "/launch/callback/lamna",
    "/launch/callback/lamna?error=access_denied",
    "/signin/callback?code=x",
  ];
  for (const path of refused) {
    const statuses: number[] = [];
    for (let sent = 0; sent <= FROM_ONE_ADDRESS.limit; sent += 50)
      statuses.push(
        ...(await Promise.all(
          Array.from({ length: 50 }, async () => (await fetch(deployment.url + path)).status),
        )),
      );
    if (!path.startsWith("/signin")) expect(new Set(statuses).has(429), path).toBe(false);
    expect((await launchScenario(deployment, new Person(), "startsSoon")).status, path).toBe(200);
  }
});

test("and a flood of it writes a few lines, not one each", async () => {
  const before = deployment.logged.length;
  for (let sent = 0; sent < 300; sent += 50)
    await Promise.all(Array.from({ length: 50 }, () => fetch(deployment.url + "/visits/x")));
  expect(deployment.logged.length - before).toBeLessThan(20);
});

test("six hundred launches a minute from one address, and no more, reach the chart's sign-in; patients' links go on", async () => {
  const iss = encodeURIComponent(deployment.sandbox.oracle.fhirBaseUrl(ORACLE_TENANT));
  const flood = deployment.url + "/launch/provider?launch=x&iss=" + iss;
  const statuses: number[] = [];
  for (let sent = 0; sent <= FROM_ONE_ADDRESS.limit; sent += 50)
    statuses.push(
      ...(await Promise.all(
        Array.from({ length: 50 }, async () => (await fetch(flood, { redirect: "manual" })).status),
      )),
    );
  // Launches of the tests above count, too.
  const begun = statuses.filter((status) => status === 302).length;
  expect(begun).toBeGreaterThan(600 - 20);
  expect(begun).toBeLessThanOrEqual(600);
  expect(statuses.at(-1)).toBe(429);
  const asked = fromNowOn(deployment.sandbox.oracle);
  const clinician = await launchScenario(deployment, new Person(), "startsSoon");
  expect(seen(clinician)).toEqual([429, "Too many tries at once"]);
  expect(clinician.headers.get("retry-after")).toBe("60");
  // The board, where the tile is clicked, and no sign-in.
  expect(asked().filter(({ path }) => path.includes("authorize"))).toEqual([]);
  expect((await fetch(deployment.url + "/j/" + "A".repeat(38))).status).toBe(404);
});

describe("who calls", () => {
  const asked = (ip: string, socketIp?: string) => ({ ip, headers: { "x-azure-socketip": socketIp } });

  test.each([
    ["App Service's front end adds a port", "192.0.2.7:50123", undefined, "192.0.2.7"],
    [
      "to IPv6 as well, whose caller is a /56",
      "[2001:db8:12:34ff::9]:443",
      undefined,
      "2001:db8:12:3400::/56",
    ],
    ["IPv4 in IPv6's clothes is IPv4", "::ffff:192.0.2.7", undefined, "192.0.2.7"],
    ["Front Door names its own caller", "147.243.0.1:8443", "198.51.100.4", "198.51.100.4"],
    ["what is no address is one odd caller", "unix:", undefined, "unknown"],
  ])("%s", (_what, ip, socketIp, caller) => {
    expect(callerAddress(true)(asked(ip, socketIp))).toBe(caller);
  });

  test("without a front end of ours, nobody names another caller", () => {
    expect(callerAddress(false)(asked("127.0.0.1", "198.51.100.4"))).toBe("127.0.0.1");
  });
});
