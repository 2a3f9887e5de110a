import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openEhr } from "../../../../app/adapters/fhir/ehr.ts";
import { isInsideAddress } from "../../../../app/adapters/fhir/send.ts";
import { jsonLog } from "../../../../app/log.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { launchScenario } from "../../../harness/clinician.ts";
import { Person } from "../../../harness/person.ts";
import { connectionAt, heading, launchAddress, withChart } from "./otherChart.ts";
import { json, metadata, startSmallServer, type SmallServer } from "./smallServer.ts";

let server: SmallServer;
let elsewhere: SmallServer;
let deployment: Deployment;
beforeAll(async () => {
  [server, elsewhere] = await Promise.all([startSmallServer(), startSmallServer()]);
  deployment = await startDeployment({ stack: withChart(server) });
});
afterEach(() => server.reset());
afterAll(async () => {
  await deployment.stop();
  await Promise.all([server.stop(), elsewhere.stop()]);
});

const METADATA = "/fhir/metadata";
const SMART = "/fhir/.well-known/smart-configuration";
const smart = (changes: object) => ({
  issuer: server.issuer,
  authorization_endpoint: server.origin + "/authorize",
  token_endpoint: server.origin + "/token",
  jwks_uri: server.origin + "/jwks",
  ...changes,
});
const says = (path: string, body: () => object, status = 200) => {
  server.answers.set(path, () => json(body(), status));
};

const faulty: readonly (readonly [string, () => void, RegExp])[] = [
  ["is not FHIR", () => says(METADATA, () => ({ hello: "world" })), /not a FHIR CapabilityStatement/],
  [
    "answers HTML",
    () => server.answers.set(METADATA, () => ({ status: 200, body: "<p>" })),
    /not a FHIR Cap/,
  ],
  ["wants a token for it", () => says(METADATA, () => ({}), 401), /answered 401/],
  ["speaks DSTU2", () => says(METADATA, () => version("1.0.2")), /speaks FHIR 1\.0\.2/],
  ["speaks STU3", () => says(METADATA, () => version("3.0.2")), /speaks FHIR 3\.0\.2/],
  ["has no appointments", () => says(METADATA, () => offering([])), /no search of appointments/],
  ["cannot search appointments", () => says(METADATA, () => offering(["read"])), /no search of appointments/],
  ["does not say where to sign in", () => says(SMART, () => ({}), 404), /does not say where to sign in/],
  [
    "signs in without https",
    () => says(SMART, () => smart({ token_endpoint: "http://ehr.example/token" })),
    /https/,
  ],
  [
    "publishes keys without https",
    () => says(SMART, () => smart({ jwks_uri: "http://ehr.example/jwks" })),
    /https/,
  ],
  [
    "signs in by a script",
    () => says(SMART, () => smart({ authorization_endpoint: "javascript:alert(1)" })),
    /https/,
  ],
  [
    "sends more than four megabytes",
    () => says(METADATA, () => ({ padding: "x".repeat(4_100_000) })),
    /too large an answer/,
  ],
  [
    "sends to somebody else",
    () =>
      server.answers.set(METADATA, () => ({
        status: 302,
        headers: { location: elsewhere.fhirBaseUrl + "/metadata" },
        body: "",
      })),
    /answered 302/,
  ],
];

function version(fhirVersion: string): object {
  return { ...metadata(server.fhirBaseUrl), fhirVersion };
}
function offering(codes: readonly string[]): object {
  const resource = codes.map(() => ({ type: "Appointment", interaction: codes.map((code) => ({ code })) }));
  return { ...metadata(server.fhirBaseUrl), rest: [{ resource }] };
}

describe("a chart system cannot be launched from when it", () => {
  test.each(faulty)("%s", async (_name, spoil, reason) => {
    spoil();
    await deployment.probeAll();
    const page = await new Person().open(launchAddress(deployment.url, server.fhirBaseUrl));
    expect([page.status, heading(page)]).toEqual([503, "The chart connection is not working"]);
    const failing = deployment.logged.findLast((line) => line.includes('"connection.failing"'));
    expect(failing).toMatch(reason);
    expect(elsewhere.received).toEqual([]);
  });
});

test("a failing connection stops neither the others nor readiness, and works again once it is mended", async () => {
  says(METADATA, () => ({}), 500);
  await deployment.probeAll();
  const failing = await new Person().open(launchAddress(deployment.url, server.fhirBaseUrl));
  expect(heading(failing)).toBe("The chart connection is not working");
  expect((await fetch(deployment.url + "/readyz")).status).toBe(200);
  expect((await launchScenario(deployment, new Person(), "startsSoon")).status).toBe(200);

  server.reset();
  const soon = await new Person().open(launchAddress(deployment.url, server.fhirBaseUrl));
  expect(soon.status).toBe(503);
  deployment.clock.forward(16_000);
  const later = await new Person().open(launchAddress(deployment.url, server.fhirBaseUrl));
  expect(later.status, later.html).toBe(200);
});

test("a server that names its sign-in addresses in its metadata only is good, too", async () => {
  const uris = { authorize: server.origin + "/authorize", token: server.origin + "/token" };
  const extension = Object.entries(uris).map(([url, valueUri]) => ({ url, valueUri }));
  const url = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris";
  const [rest] = metadata(server.fhirBaseUrl).rest;
  says(SMART, () => ({}), 404);
  says(METADATA, () => ({
    ...metadata(server.fhirBaseUrl),
    rest: [{ ...rest, security: { extension: [{ url, extension }] } }],
  }));
  const probe = await ehr(true).probe(connectionAt(server.fhirBaseUrl));
  expect(probe).toMatchObject({
    ok: true,
    endpoints: { authorizationEndpoint: uris.authorize, tokenEndpoint: uris.token },
  });
});

test("relative sign-in addresses are read from the base URL, and another name of the server is a warning only", async () => {
  says(SMART, () => smart({ token_endpoint: "oauth/token" }));
  says(METADATA, () => metadata("https://another-name.example/fhir"));
  const probe = await ehr(true).probe(connectionAt(server.fhirBaseUrl));
  expect(probe).toMatchObject({
    ok: true,
    endpoints: { tokenEndpoint: server.fhirBaseUrl + "/oauth/token" },
  });
  expect(probe.ok ? probe.warnings : []).toHaveLength(1);
});

test("sign-in addresses that the settings insist on are the only ones", async () => {
  const address = {
    authorizationEndpoint: server.origin + "/authorize",
    tokenEndpoint: server.origin + "/token",
  };
  const insisting = (signIn: typeof address) => ({ ...connectionAt(server.fhirBaseUrl), signIn });
  expect((await ehr(true).probe(insisting(address))).ok).toBe(true);
  const other = { ...address, tokenEndpoint: elsewhere.origin + "/token" };
  const probe = await ehr(true).probe(insisting(other));
  expect(probe.ok ? "" : probe.reason).toMatch(/differ from those the settings insist on/);
});

describe("a deployed connector calls no address inside its own network", () => {
  test("nor anything by plain http", async () => {
    const before = server.received.length;
    const plain = await ehr(false).probe(connectionAt(server.fhirBaseUrl));
    expect(plain.ok ? "" : plain.reason).toMatch(/refused to call an address without https/);
    const secure = server.fhirBaseUrl.replace("http:", "https:");
    const inside = await ehr(false).probe(connectionAt(secure));
    expect(inside.ok ? "" : inside.reason).toMatch(/EINSIDE/);
    expect(server.received).toHaveLength(before);
  });

  test.each([
    ["127.0.0.1", true],
    ["127.255.255.254", true],
    ["0.0.0.0", true],
    ["10.1.2.3", true],
    ["100.64.0.1", true],
    ["100.128.0.1", false],
    ["169.254.169.254", true],
    ["168.63.129.16", true],
    ["172.15.0.1", false],
    ["172.16.0.1", true],
    ["172.31.255.255", true],
    ["172.32.0.1", false],
    ["192.168.1.1", true],
    ["224.0.0.1", true],
    ["255.255.255.255", true],
    ["8.8.8.8", false],
    ["::", true],
    ["::1", true],
    ["::ffff:127.0.0.1", true],
    ["::ffff:10.0.0.1", true],
    ["::ffff:8.8.8.8", false],
    ["64:ff9b::a00:1", true],
    ["192.0.0.1", true],
    ["192.0.1.1", false],
    ["192.0.2.1", true],
    ["192.88.99.1", true],
    ["198.17.255.255", false],
    ["198.18.0.1", true],
    ["198.19.255.255", true],
    ["198.20.0.1", false],
    ["198.51.100.1", true],
    ["203.0.113.1", true],
    ["240.0.0.1", true],
    ["::127.0.0.1", true],
    ["64:ff9b:1::1", true],
    ["100::1", true],
    ["2001::1", true],
    ["2001:1ff::1", true],
    ["2001:200::1", false],
    ["2001:4860:4860::8888", false],
    ["2001:db8::1", true],
    ["2002:a00:1::", true],
    ["2003::1", false],
    ["2a02:6b8::1", false],
    ["3ffe::1", true],
    ["3fff::1", true],
    ["4000::1", true],
    ["5f00::1", true],
    ["fec0::1", true],
    ["fc00::1", true],
    ["fdff::1", true],
    ["fe80::1", true],
    ["ff02::1", true],
    ["2606:4700::1111", false],
  ])("%s is inside: %s", (address, inside) => {
    expect(isInsideAddress(address)).toBe(inside);
  });
});

/** The adapter as a deployment (or a laptop) opens it. */
function ehr(allowLoopback: boolean) {
  const vault = {
    sign: unasked,
    publicKeys: unasked,
    secret: unasked,
    wrap: unasked,
    unwrap: unasked,
  };
  const log = jsonLog(
    () => undefined,
    () => new Date(),
  );
  return openEhr({
    vault,
    keyring: { open: unasked },
    log,
    now: () => new Date(),
    wait: () => Promise.resolve(),
    allowLoopback,
  });
}
function unasked(): never {
  throw new Error("a probe needs no keys");
}
