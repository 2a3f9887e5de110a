/** Integration records in the portal: read, taken as files, marked as given, and what has changed since. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { signInToPortal } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { attributesOf, fieldIn, textsOf } from "../../../harness/html.ts";

let deployment: Deployment;
const administrator = new Person();
const at = (path: string) => deployment.url + "/portal" + path;
const OWN = {
  name: "Lamna East",
  fhirBaseUrl: "https://fhir-ehr-code.cerner.com/r4/6b1d9c44-7a0e-4f3b-8c25-1f5e7d9b2a33",
  environment: "test",
  visitTypes: ["Video Visit"],
  enabled: false,
} as const;
const actor = { kind: "program", name: "test" } as const;

beforeAll(async () => {
  deployment = await startDeployment({});
  await signInToPortal(deployment, administrator, "administrator");
  await deployment.parts.connectionSettings.add({ actor, action: "connection.added" }, "east", {
    ...OWN,
    visitTypes: [...OWN.visitTypes],
  });
});
afterAll(() => deployment.stop());

const page = async () => (await administrator.open(at("/integration-records/east"))).html;
const shownIn = (html: string) => fieldIn({ html }, "shown");
const mark = (shown: string) => administrator.send(at("/integration-records/east/given"), { shown });
const states = async () =>
  (await administrator.open(at("/integration-records"))).html
    .split("<tr")
    .filter((row) => row.includes("east"))
    .map((row) => /Not given yet|Changed since they were given|Given, and unchanged/.exec(row)?.[0]);
/** As it is read, without its tags. */
const valueOf = (html: string, id: string) =>
  new RegExp(`<code id="${id}">([^<]*)</code>`).exec(html)?.[1]?.replaceAll("&amp;", "&");

test("each button copies something else, and says what", async () => {
  const html = await page();
  const buttons = textsOf(html, "button[data-copy]");
  expect(buttons.length).toBeGreaterThan(8);
  expect(new Set(buttons).size).toBe(buttons.length);
  expect(attributesOf(html, "button[data-copy]", "data-copied")).toEqual(
    buttons.map((says) => says.replace(/^Copy /, "Copied: ") + "."),
  );
});

test("a connection that is off and has no client id yet has its records, for provider, patient and system", async () => {
  const html = await page();
  const url = deployment.parts.publicUrl;
  expect({
    launch: valueOf(html, "provider-smart-launch-uri"),
    redirect: valueOf(html, "provider-redirect-uri"),
    keys: valueOf(html, "provider-jwks-uri"),
    type: valueOf(html, "provider-application-type"),
    version: valueOf(html, "provider-smart-version"),
    base: valueOf(html, "provider-fhir-base-url"),
    environment: valueOf(html, "provider-environment"),
    chart: valueOf(html, "provider-powerchart-url"),
    patient: valueOf(html, "patient-smart-launch-uri"),
    link: valueOf(html, "patient-join-link"),
    system: valueOf(html, "system-application-type"),
  }).toEqual({
    launch: url + "/launch/test",
    redirect: url + "/launch/callback/east",
    keys: url + "/.well-known/jwks.json",
    type: "Provider",
    version: "SMART v1",
    base: OWN.fhirBaseUrl,
    environment: "test",
    chart:
      "https://{SMART server of the domain}/smart/apps/{application id}?PAT_PersonId=$PAT_PersonId$&VIS_EncntrId=$VIS_EncntrId$&USR_PersonId=$USR_PersonId$&PAT_PPRCode=$PAT_PPRCode$",
    patient: "None, a patient comes by the join link",
    link: url + "/j/{token}",
    system: "System",
  });
  expect(html).toContain("There is no patient launch");
});

test("both files say what the page says", async () => {
  const text = await administrator.open(at("/integration-records/east/text"));
  const json = await administrator.open(at("/integration-records/east/json"));
  const records = JSON.parse(json.html) as {
    records: Record<string, Record<string, string>>;
  };
  const html = await page();
  for (const [persona, values] of Object.entries(records.records))
    for (const [name, value] of Object.entries(values)) {
      expect(text.html).toContain(name.padEnd(22));
      for (const each of value.split(" ")) expect(text.html).toContain(each);
      const id = (persona + " " + name).toLowerCase().replaceAll(" ", "-");
      expect(valueOf(html, id)?.replace("&lt;", "<")).toBe(value);
    }
  expect(text.headers.get("content-disposition")).toContain("integration-east.txt");
  expect(json.headers.get("content-disposition")).toContain("integration-east.json");
  expect((await administrator.open(at("/integration-records/nowhere/text"))).status).toBe(404);
});

test("what is marked as given is kept with its values, and a change since is shown value by value", async () => {
  const { connectionSettings, audit } = deployment.parts;
  expect(await states()).toEqual(["Not given yet"]);
  const before = await page();
  expect((await mark(shownIn(before))).url.pathname).toBe("/portal/integration-records/east");
  expect(await states()).toEqual(["Given, and unchanged"]);
  const [event] = await audit.events({ limit: 1 });
  expect([event?.action, event?.object]).toEqual([
    "integration.given",
    { kind: "given-records", id: "east" },
  ]);

  const setting = await connectionSettings.read("east");
  const edited = { actor, action: "connection.edited" };
  const moved = OWN.fhirBaseUrl.replace("6b1d9c44", "0b8a0111");
  const authentication = { method: "client_secret_basic", sealedSecret: "sealed" } as const;
  await connectionSettings.replace(edited, "east", setting?.revision ?? 0, {
    ...OWN,
    visitTypes: [...OWN.visitTypes],
    fhirBaseUrl: moved,
    provider: { clientId: "of-oracle", authentication },
  });
  expect(await states()).toEqual(["Changed since they were given"]);
  const html = await page();
  const changed = html.slice(html.indexOf("What has changed"), html.indexOf("</table>"));
  expect(changed).toContain("FHIR base URL");
  expect([changed.includes(OWN.fhirBaseUrl), changed.includes(moved)]).toEqual([true, true]);
  expect([changed.includes("JWKS URI"), changed.includes("client secret")]).toEqual([true, true]);
  // Oracle gives it to us, so it is no change of what Oracle was given.
  expect(changed).not.toContain("of-oracle");
  expect(valueOf(html, "provider-client-id")).toBe("of-oracle");

  const late = await mark(shownIn(before));
  expect([late.status, late.html.includes("Nothing was marked")]).toEqual([409, true]);
  expect(await states()).toEqual(["Changed since they were given"]);
  await mark(shownIn(html));
  expect(await states()).toEqual(["Given, and unchanged"]);
});

test("the set-up's last step is done once Oracle has the records of each connection that is on", async () => {
  const step = async () => {
    await administrator.send(at("/set-up"), { step: "texts", go: "on" });
    const { html } = await administrator.open(at("/set-up"));
    return /Oracle (?:has|does not have) the integration records[^<]*/.exec(html)?.[0];
  };
  const on = await deployment.parts.hospital.connections();
  const names = on.map(({ name }) => name).join(", ");
  expect(await step()).toBe(`Oracle does not have the integration records of ${names} as they are now.`);
  for (const { id } of on) {
    const { html } = await administrator.open(at("/integration-records/" + id));
    await administrator.send(at(`/integration-records/${id}/given`), { shown: shownIn(html) });
  }
  expect(await step()).toBe("Oracle has the integration records of every connection that is on.");
});
