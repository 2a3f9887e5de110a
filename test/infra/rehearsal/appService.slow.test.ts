import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import type { Azure } from "../../../infra/rehearsal/startInMemoryAzure.ts";
import {
  ACCOUNT_ID,
  grant,
  HOST,
  IDENTITY,
  lamnaAzure,
  running,
  SITE_ID,
  stored,
  withSettings,
  zipped,
} from "./lamna.ts";

/** A program that answers with its process id, environment and address, or with what it gets from the identity endpoint. */
const TELLS = `
import http from "node:http";
const server = http.createServer(async (request, response) => {
  if (request.url === "/crash") process.exit(3);
  if (request.url === "/token") {
    const { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: header } = process.env;
    const query = "?api-version=2019-08-01&resource=https%3A%2F%2Fvault.azure.net&client_id=${IDENTITY.clientId}";
    const answer = await fetch(endpoint + query, { headers: { "x-identity-header": header } });
    response.end(JSON.stringify({ status: answer.status, ...(await answer.json()) }));
  } else if (request.url === "/out") {
    const refused = await fetch("https://telemetry.example/").then((answer) => answer.status);
    const plain = await fetch("http://192.0.2.1:8000/").catch((error) => error.cause.code);
    response.end(JSON.stringify({ refused, plain }));
  } else {
    const { address } = server.address();
    response.end(JSON.stringify({ pid: process.pid, url: request.url, headers: request.headers, environment: process.env, address }));
  }
});
server.listen(process.env.PORT, "0.0.0.0", () => console.log("listening"));
`;

interface Told {
  readonly pid: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly address: string;
}

async function up(
  files: Readonly<Record<string, string>> = { "connector.js": TELLS, "package.json": '{"type":"module"}' },
) {
  const azure = await lamnaAzure();
  grant(azure, "Storage Blob Data Reader", ACCOUNT_ID);
  const url = await stored(azure, await zipped(files));
  const state = await withSettings(azure, running(url));
  return { azure, url, state };
}

async function ask(
  azure: Azure,
  path = "/",
  caller: Parameters<Azure["front"]["entryPoint"]>[0] = { address: "203.0.113.5" },
) {
  return (await azure.front.entryPoint(caller)).fetch("https://" + HOST + path);
}

const told = async (azure: Azure, path = "/") => (await (await ask(azure, path)).json()) as Told;

test("a site runs its package with its settings, what App Service adds, and nothing of this machine's", async () => {
  const { azure, url, state } = await up();
  expect(azure.appService.log(HOST)).toContain("listening");
  expect(state).toBe("up");
  const { environment, headers, address, url: path } = await told(azure, "/x?y=1");
  expect(path).toBe("/x?y=1");
  expect(address).toBe("127.0.0.1");
  expect(headers).toMatchObject({
    host: HOST,
    "x-forwarded-for": "203.0.113.5:50000",
    "x-forwarded-proto": "https",
  });
  expect(environment).toMatchObject({
    PORT: "8080",
    WEBSITE_SITE_NAME: "app-lamna",
    WEBSITE_SLOT_NAME: "Production",
    WEBSITE_HOSTNAME: HOST,
    WEBSITE_RUN_FROM_PACKAGE: url,
    APPSETTING_WEBSITE_RUN_FROM_PACKAGE: url,
  });
  const ours = Object.keys(environment).filter((name) => !/^(WEBSITE|APPSETTING|IDENTITY)_/u.test(name));
  expect(ours.toSorted()).toEqual(
    ["HOME", "LANG", "NODE_EXTRA_CA_CERTS", "NODE_OPTIONS", "PATH", "PORT", "REGION_NAME"].toSorted(),
  );
});

test("a change of the settings starts it anew with the new ones, and only those", async () => {
  const { azure, url } = await up();
  const { pid } = await told(azure);
  await withSettings(azure, { ...running(url), GREETING: "hello", NODE_OPTIONS: "--no-deprecation" });
  const first = await told(azure);
  expect(first.pid).not.toBe(pid);
  expect(first.environment["GREETING"]).toBe("hello");
  expect(first.environment["NODE_OPTIONS"]).toMatch(/^--no-deprecation --import=file:/u);
  await withSettings(azure, running(url));
  expect((await told(azure)).environment).not.toHaveProperty("GREETING");
});

test("a slot is a site of its own, with its own host, settings and start", async () => {
  const { azure, url } = await up();
  const slotId = SITE_ID + "/slots/staging";
  const site = azure.cloud.find(SITE_ID);
  const host = "app-lamna-staging.azurewebsites.net";
  azure.cloud.put({
    id: slotId,
    token: "azure-native:web:WebAppSlot",
    name: "staging",
    properties: { ...site?.properties, defaultHostName: host },
  });
  azure.cloud.put({
    id: slotId + "/config/appsettings",
    token: "azure-native:web:WebAppApplicationSettingsSlot",
    name: "appsettings",
    properties: { properties: { ...running(url), COLOUR: "blue" } },
  });
  await azure.cloud.change(slotId + "/config/appsettings", {});
  expect(await azure.appService.settled(host)).toBe("up");
  const entryPoint = await azure.front.entryPoint({ address: "203.0.113.5" });
  const slot = (await (await entryPoint.fetch("https://" + host)).json()) as Told;
  expect(slot.environment).toMatchObject({
    COLOUR: "blue",
    WEBSITE_SLOT_NAME: "staging",
    WEBSITE_HOSTNAME: host,
  });
  expect(slot.pid).not.toBe((await told(azure)).pid);
});

test("the process gets a token of the site's identity by App Service's endpoint", async () => {
  const { azure } = await up();
  const answer = (await (await ask(azure, "/token")).json()) as { status: number; access_token: string };
  expect(answer.status).toBe(200);
  expect(await azure.entra.tokens.verify(answer.access_token)).toMatchObject({
    aud: "https://vault.azure.net",
    oid: IDENTITY.principalId,
  });
  const site = azure.cloud.find(SITE_ID);
  if (site === undefined) throw new Error("no site");
  // The identity is taken from the site while it runs.
  azure.cloud.put({ ...site, properties: { ...site.properties, identity: { userAssignedIdentities: {} } } });
  expect(await (await ask(azure, "/token")).json()).toMatchObject({ status: 400 });
});

test("a call to an unlisted host is refused and told by name", async () => {
  const { azure } = await up();
  expect(await (await ask(azure, "/out")).json()).toEqual({
    refused: 421,
    plain: "REHEARSAL_REFUSED_192.0.2.1:8000",
  });
  expect(azure.front.refused()).toEqual(["telemetry.example", "192.0.2.1:8000"]);
});

/** Deployments in which one thing is wrong, each with what the site's log says about it. */
const WRONG: readonly [string, (azure: Azure, url: string) => Promise<Record<string, string>>, string][] = [
  [
    "no package of that name",
    (_azure, url) => Promise.resolve(running(url.replace(/\w{64}/u, "0".repeat(64)))),
    "404 BlobNotFound",
  ],
  [
    "a package whose name does not end in .zip",
    (_azure, url) => Promise.resolve(running(url.replace(".zip", ".tar"))),
    "its name does not end in .zip",
  ],
  [
    "an identity that is not the site's",
    (_azure, url) =>
      Promise.resolve({ ...running(url), WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID: ACCOUNT_ID }),
    `The identity ${ACCOUNT_ID} that reads the package is not assigned to the site.`,
  ],
  [
    "no zip",
    async (azure) => running(await stored(azure, Buffer.from("no zip at all, whatever its name says"))),
    "The package cannot be mounted: End of central directory record signature not found",
  ],
  [
    "another runtime",
    async (azure, url) => {
      await azure.cloud.change(SITE_ID, { siteConfig: { linuxFxVersion: "NODE|20-lts" } });
      return running(url);
    },
    "The site's runtime is 'NODE|20-lts'; the package needs NODE|24-lts.",
  ],
  [
    "a startup command that is not there",
    async (azure, url) => {
      await azure.cloud.change(SITE_ID, { siteConfig: { appCommandLine: "pm2 start connector.js" } });
      return running(url);
    },
    "pm2: not found",
  ],
  [
    "no startup command",
    async (azure, url) => {
      await azure.cloud.change(SITE_ID, { siteConfig: { appCommandLine: "" } });
      return running(url);
    },
    "There is no startup command",
  ],
  [
    "a program that ends at once",
    async (azure) =>
      running(
        await stored(
          azure,
          await zipped({ "connector.js": "console.error('CONNECTOR_TENANT is missing'); process.exit(78)" }),
        ),
      ),
    "CONNECTOR_TENANT is missing\n",
  ],
  [
    "a program that listens on another port",
    async (azure) => {
      const deaf = await zipped({ "connector.js": "require('node:http').createServer().listen(9999)" });
      return { ...running(await stored(azure, deaf)), WEBSITES_CONTAINER_START_TIME_LIMIT: "1" };
    },
    "didn't respond to HTTP pings on port 8080, failing site start: nothing answered within 1 s",
  ],
  [
    "a warm-up that is answered wrongly",
    async (azure) => {
      const wrong = await zipped({
        "connector.js":
          "require('node:http').createServer((q, r) => r.writeHead(500).end()).listen(process.env.PORT)",
      });
      return {
        ...running(await stored(azure, wrong)),
        WEBSITE_WARMUP_PATH: "/healthz",
        WEBSITE_WARMUP_STATUSES: "200",
        WEBSITES_CONTAINER_START_TIME_LIMIT: "1",
      };
    },
    "/healthz answered 500 within 1 s",
  ],
];

test.each(WRONG)(
  "with %s the site answers Application Error and its log says why",
  async (_name, wrong, words) => {
    const { azure, url } = await up();
    expect(await withSettings(azure, await wrong(azure, url))).toBe("failed");
    const response = await ask(azure);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("Application Error");
    expect(azure.appService.log(HOST)).toContain(words);
  },
);

test("without the role on the container the start fails, and is tried again when somebody calls later", async () => {
  const azure = await lamnaAzure();
  const url = await stored(
    azure,
    await zipped({ "connector.js": TELLS, "package.json": '{"type":"module"}' }),
  );
  expect(await withSettings(azure, running(url))).toBe("failed");
  expect(azure.appService.log(HOST)).toContain(
    "403 AuthorizationPermissionMismatch (the site's identity lacks Storage Blob Data Reader there)",
  );
  grant(azure, "Storage Blob Data Reader", ACCOUNT_ID + "/blobServices/default/containers/packages");
  await expect.poll(async () => (await ask(azure)).status, { timeout: 8_000 }).toBe(200);
});

test("a package's firewall is met from where the site stands", async () => {
  const { azure, url } = await up();
  await azure.cloud.change(ACCOUNT_ID, { networkRuleSet: { defaultAction: "Deny", ipRules: [] } });
  expect(await withSettings(azure, running(url))).toBe("failed");
  expect(azure.appService.log(HOST)).toContain("firewall does not let the site in");
  await azure.cloud.change(ACCOUNT_ID, { networkRuleSet: { ipRules: [{ iPAddressOrRange: "192.0.2.10" }] } });
  expect(await withSettings(azure, running(url))).toBe("up");
});

test("a process that falls over is started again, and not for ever", async () => {
  const { azure } = await up();
  const pids = [(await told(azure)).pid];
  for (let crash = 0; crash < 3; crash += 1) {
    await ask(azure, "/crash");
    await expect.poll(() => azure.appService.log(HOST).split("exit code 3").length).toBe(crash + 2);
    expect(await azure.appService.settled(HOST)).toBe("up");
    pids.push((await told(azure)).pid);
  }
  expect(new Set(pids).size).toBe(4);
  await ask(azure, "/crash");
  await expect.poll(() => azure.appService.log(HOST)).toContain("crashes again and again, stopping site");
  expect((await ask(azure)).status).toBe(503);
});

test("a site that is stopped, or has nothing to run, says so", async () => {
  const azure = await lamnaAzure();
  await azure.cloud.change(SITE_ID, {});
  expect(await azure.appService.settled(HOST)).toBe("empty");
  expect(await (await ask(azure)).text()).toContain("waiting for your content");
  await azure.cloud.change(SITE_ID, { enabled: false });
  expect((await ask(azure)).status).toBe(403);
});

test("access restrictions are kept, in their order", async () => {
  const { azure } = await up();
  const rules = [
    { action: "Deny", ipAddress: "203.0.113.66/32", priority: 90 },
    { action: "Allow", ipAddress: "203.0.113.0/24", priority: 100 },
    { action: "Allow", tag: "ServiceTag", ipAddress: "AzureEventGrid", priority: 200 },
  ];
  await azure.cloud.change(SITE_ID, {
    siteConfig: { ipSecurityRestrictionsDefaultAction: "Deny", ipSecurityRestrictions: rules },
  });
  await azure.appService.settled(HOST);
  const status = async (caller: Parameters<Azure["front"]["entryPoint"]>[0]) =>
    (await ask(azure, "/", caller)).status;
  expect(await status({ address: "203.0.113.5" })).toBe(200);
  expect(await status({ address: "203.0.113.66" })).toBe(403);
  expect(await status({ address: "198.51.100.5" })).toBe(403);
  expect(await status({ service: "AzureEventGrid" })).toBe(200);
  expect(await status({ service: "ApplicationInsightsAvailability" })).toBe(403);
});

test("Front Door leads a host to the site and says which Front Door it is; nobody passes by it", async () => {
  const { azure } = await up();
  const profile = SITE_ID.replace(/\/providers\/.*$/u, "/providers/Microsoft.Cdn/profiles/afd-lamna");
  const frontDoorId = "ffffffff-0000-4000-8000-00000000000d";
  const put = (id: string, type: string, properties: Record<string, unknown>) => {
    azure.cloud.put({
      id: profile + id,
      token: "azure-native:cdn:" + type,
      name: id.split("/").at(-1) ?? "",
      properties: properties as never,
    });
  };
  put("", "Profile", { frontDoorId });
  put("/afdEndpoints/edge", "AFDEndpoint", { hostName: "edge.z01.azurefd.net", enabledState: "Enabled" });
  put("/customDomains/visits", "AFDCustomDomain", { hostName: "visits.lamna.example" });
  put("/originGroups/site", "AFDOriginGroup", {});
  put("/originGroups/site/origins/site", "AFDOrigin", {
    hostName: HOST,
    originHostHeader: HOST,
    enabledState: "Enabled",
  });
  const entryPoint = await azure.front.entryPoint({ address: "198.51.100.5" });
  expect((await entryPoint.fetch("https://visits.lamna.example/")).status).toBe(421);
  put("/afdEndpoints/edge/routes/all", "Route", {
    enabledState: "Enabled",
    linkToDefaultDomain: "Enabled",
    originGroup: { id: profile + "/originGroups/site" },
    customDomains: [{ id: profile + "/customDomains/visits" }],
    patternsToMatch: ["/*"],
  });
  await azure.cloud.change(SITE_ID, {
    siteConfig: {
      ipSecurityRestrictionsDefaultAction: "Deny",
      ipSecurityRestrictions: [
        {
          action: "Allow",
          tag: "ServiceTag",
          ipAddress: "AzureFrontDoor.Backend",
          headers: { "x-azure-fdid": [frontDoorId] },
          priority: 100,
        },
      ],
    },
  });
  await azure.appService.settled(HOST);
  for (const host of ["visits.lamna.example", "edge.z01.azurefd.net"]) {
    const answer = await entryPoint.fetch(`https://${host}/a`, {
      headers: { "x-azure-fdid": "somebody else's" },
    });
    expect(((await answer.json()) as Told).headers).toMatchObject({
      host: HOST,
      "x-forwarded-host": host,
      "x-azure-fdid": frontDoorId,
      "x-azure-clientip": "198.51.100.5",
    });
  }
  expect((await entryPoint.fetch("https://" + HOST)).status).toBe(403);
  await azure.cloud.change(profile, { frontDoorId: "another" });
  expect((await entryPoint.fetch("https://visits.lamna.example/")).status).toBe(403);
});

test("a site that is deleted takes its process along, and its names answer no more", async () => {
  const { azure } = await up();
  const { pid } = await told(azure);
  await azure.cloud.remove(SITE_ID);
  await expect
    .poll(() => {
      try {
        return process.kill(pid, 0);
      } catch {
        return "gone";
      }
    })
    .toBe("gone");
  expect((await ask(azure)).status).toBe(421);
  expect(azure.appService.sites()).toEqual([]);
});

test("nothing is left when it stops", async () => {
  const azure = await lamnaAzure();
  grant(azure, "Storage Blob Data Reader", ACCOUNT_ID);
  const url = await stored(
    azure,
    await zipped({ "connector.js": TELLS, "package.json": '{"type":"module"}' }),
  );
  await withSettings(azure, running(url));
  const { pid, environment } = await told(azure);
  await azure.stop();
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  for (const path of [environment["HOME"], environment["NODE_EXTRA_CA_CERTS"]])
    expect(existsSync(path ?? "")).toBe(false);
});
