import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchScenario } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { ORACLE_TENANT } from "../../../harness/stack.ts";
import { heading, launchAddress, withChart } from "./otherChart.ts";
import { json, startSmallServer, type SmallServer } from "./smallServer.ts";

let unknown: SmallServer;
let other: SmallServer;
let deployment: Deployment;
beforeAll(async () => {
  [unknown, other] = await Promise.all([startSmallServer(), startSmallServer()]);
  deployment = await startDeployment({ stack: withChart(other) });
});
beforeEach(() => other.reset());
afterAll(async () => {
  await deployment.stop();
  await Promise.all([unknown.stop(), other.stop()]);
});

const askedOf = () =>
  [
    deployment.sandbox.oracle.received(),
    deployment.sandbox.microsoft.received(),
    unknown.received,
    other.received,
  ].map(({ length }) => length);

describe("a launch from an unknown chart system gets a page, and nothing leaves for anybody", () => {
  const tricks: Readonly<Record<string, (base: string, host: string) => string>> = {
    "another server": () => unknown.fhirBaseUrl,
    "a user name before the host": (base) => base.replace("https://", "https://me:secret@"),
    "the right host as a user name": (base) =>
      base.replace(/^https:\/\/([^/]+)/, "https://$1@" + new URL(unknown.origin).host),
    "a dot after the host": (base, host) => base.replace(host, host.replace("localhost", "localhost.")),
    "the same by plain http": (base) => base.replace("https://", "http://"),
    "another port": (base, host) => base.replace(host, "localhost"),
    "two final slashes": (base) => base + "//",
    "more after it": (base) => base + "/extra",
    "a longer tenant": (base) => base + "0",
    "a beginning of it": (base) => base.slice(0, -1),
    "the path above it": (base) => base.replace("/" + ORACLE_TENANT, ""),
    "a step up to another tenant": (base) => base + "/../somebody-else",
    "an encoded slash": (base) => base.replace("/r4/", "/r4%2F"),
    "the tenant in capitals": (base) => base.replace(ORACLE_TENANT, ORACLE_TENANT.toUpperCase()),
    "a query": (base) => base + "?tenant=" + ORACLE_TENANT,
    "a fragment": (base) => base + "#" + ORACLE_TENANT,
    "no address at all": () => "lamna",
    "a script": () => "javascript:alert(1)",
    "a file": () => "file:///etc/passwd",
  };
  test.each(Object.entries(tricks))("%s", async (_name, trick) => {
    const base = deployment.sandbox.oracle.fhirBaseUrl(ORACLE_TENANT);
    const before = askedOf();
    const page = await new Person().open(launchAddress(deployment.url, trick(base, new URL(base).host)));
    expect([page.status, heading(page)]).toEqual([403, "This chart system is not connected"]);
    expect(page.way).toHaveLength(1);
    expect(askedOf()).toEqual(before);
  });

  test.each([
    ["iss twice", (url: URL) => url.searchParams.append("iss", unknown.fhirBaseUrl)],
    ["launch twice", (url: URL) => url.searchParams.append("launch", "another")],
    ["no iss", (url: URL) => url.searchParams.delete("iss")],
    ["no launch", (url: URL) => url.searchParams.delete("launch")],
    ["an empty launch", (url: URL) => url.searchParams.set("launch", "")],
  ])("%s", async (_name, spoil) => {
    const url = launchAddress(deployment.url, deployment.sandbox.oracle.fhirBaseUrl(ORACLE_TENANT));
    spoil(url);
    const before = askedOf();
    const page = await new Person().open(url);
    expect([page.status, heading(page)]).toEqual([400, "This page must be opened from the chart"]);
    expect(askedOf()).toEqual(before);
  });

  test("a launch that is longer than an address should be is told as such", async () => {
    const url = launchAddress(deployment.url, deployment.sandbox.oracle.fhirBaseUrl(ORACLE_TENANT));
    url.searchParams.set("launch", "x".repeat(4001));
    const before = askedOf();
    const page = await new Person().open(url);
    expect([page.status, heading(page)]).toEqual([400, "The chart sent too much"]);
    expect(askedOf()).toEqual(before);
  });
});

test("another spelling of a configured address leads to the configured one, and the configured one is what is asked for", async () => {
  const base = deployment.sandbox.oracle.fhirBaseUrl(ORACLE_TENANT);
  for (const spelling of [base + "/", base.replace("localhost", "LOCALHOST"), base + "/x/.."]) {
    const left = await new Person().open(launchAddress(deployment.url, spelling), () => true);
    expect(left.url.origin).toBe(deployment.sandbox.oracle.pages);
    expect(left.url.searchParams.get("aud")).toBe(base);
  }
});

test("a chart system that names other sign-in addresses than at first is an alarm, not a new truth", async () => {
  await deployment.probeAll();
  const first = await new Person().open(launchAddress(deployment.url, other.fhirBaseUrl));
  expect(first.status, first.html).toBe(200);

  other.answers.set("/fhir/.well-known/smart-configuration", () =>
    json({
      issuer: other.issuer,
      authorization_endpoint: unknown.origin + "/authorize",
      token_endpoint: unknown.origin + "/token",
      jwks_uri: other.origin + "/jwks",
    }),
  );
  await deployment.probeAll();
  const page = await new Person().open(launchAddress(deployment.url, other.fhirBaseUrl));
  expect([page.status, heading(page)]).toEqual([503, "The chart connection is not working"]);
  expect(deployment.logged.at(-2)).toMatch(
    /"connection.failing","connection":"other".*other sign-in addresses/,
  );
  expect(unknown.received).toEqual([]);
  expect((await launchScenario(deployment, new Person(), "startsSoon")).status).toBe(200);
});
