import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { identityClaims } from "../../../app/sandbox/microsoft/identity.ts";
import type { Azure } from "../../../infra/rehearsal/startInMemoryAzure.ts";
import {
  ACCOUNT_ID,
  APPLICATION_ID,
  BLOBS,
  CLIENT,
  DEPLOYER,
  grant,
  IDENTITY,
  lamnaAzure,
  resource,
  SERVICE_ID,
  TENANT,
  tokenOf,
  VAULT_ID,
} from "./lamna.ts";

const root = join(import.meta.dirname, "../../..");
const SOMEBODY = { address: "203.0.113.5" };
const GRAPH = "https://graph.microsoft.com/.default";

/** Asks Entra for a token of the connector's registration, with the managed identity as proof. */
async function asConnector(azure: Azure, scope = GRAPH) {
  const { tenant, tokens } = azure.entra;
  const assertion = await tokens.issue(identityClaims(tenant, IDENTITY, "api://AzureADTokenExchange"), 600);
  const response = await (
    await azure.front.entryPoint(SOMEBODY)
  ).fetch(`https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: CLIENT,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: assertion,
      scope,
    }).toString(),
  });
  return (await response.json()) as { access_token?: string; error_codes?: readonly number[] };
}

function trustIdentity({ cloud }: Azure, subject: string = IDENTITY.principalId): string {
  const id = APPLICATION_ID.replace("/applications/", "") + "/federatedIdentityCredential/identity";
  const token = "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential";
  const issuer = `https://login.microsoftonline.com/${TENANT}/v2.0`;
  const trusts = { issuer, subject, audiences: ["api://AzureADTokenExchange"] };
  cloud.put(resource(id, token, { applicationId: APPLICATION_ID, ...trusts }));
  return id;
}

test("the connector signs in as its registration only while a federated credential trusts its identity", async () => {
  const azure = await lamnaAzure();
  expect(await asConnector(azure)).toMatchObject({ error_codes: [700211] });
  trustIdentity(azure, "somebody else");
  expect(await asConnector(azure)).toMatchObject({ error_codes: [700213] });
  const credential = trustIdentity(azure);
  const { access_token: token = "" } = await asConnector(azure);
  expect(await azure.entra.tokens.verify(token)).toMatchObject({
    iss: `https://login.microsoftonline.com/${TENANT}/v2.0`,
    aud: "https://graph.microsoft.com",
    azp: CLIENT,
    oid: SERVICE_ID,
    roles: [],
  });
  await azure.cloud.remove(credential);
  expect(await asConnector(azure)).toMatchObject({ error_codes: [700211] });
  await azure.cloud.remove(APPLICATION_ID);
  expect(await asConnector(azure)).toMatchObject({ error_codes: [700016] });
});

test("Graph's permissions are the consents that the directory holds", async () => {
  const azure = await lamnaAzure();
  trustIdentity(azure);
  const graph = azure.cloud
    .all("azuread:index/servicePrincipal:ServicePrincipal")
    .find(({ properties }) => properties["clientId"] === "00000003-0000-0000-c000-000000000000");
  const resourceObjectId = graph?.name ?? "";
  azure.cloud.put(
    resource(
      `/servicePrincipals/${resourceObjectId}/appRoleAssignedTo/1`,
      "azuread:index/appRoleAssignment:AppRoleAssignment",
      {
        appRoleId: "b8bb2037-6e08-44ac-a4ea-4674e010e2a4",
        principalObjectId: SERVICE_ID,
        resourceObjectId,
      },
    ),
  );
  const { access_token: token = "" } = await asConnector(azure);
  expect(await azure.entra.tokens.verify(token)).toMatchObject({ roles: ["OnlineMeetings.ReadWrite.All"] });
  const entryPoint = await azure.front.entryPoint(SOMEBODY);
  const names = await entryPoint.fetch(
    "https://graph.microsoft.com/v1.0/users/7d0c5a1e-0000-4000-8000-00000000b001",
    {
      headers: { authorization: "Bearer " + token },
    },
  );
  expect(names.status).toBe(403);
});

test("people sign in at the authority's own address, and come back to a registered one only", async () => {
  const azure = await lamnaAzure();
  const entryPoint = await azure.front.entryPoint(SOMEBODY);
  const authority = "https://login.microsoftonline.com/" + TENANT;
  const known = await entryPoint.fetch(authority + "/v2.0/.well-known/openid-configuration");
  expect(await known.json()).toMatchObject({
    issuer: authority + "/v2.0",
    authorization_endpoint: authority + "/oauth2/v2.0/authorize",
    jwks_uri: authority + "/discovery/v2.0/keys",
  });
  const asked = (redirectUri: string) =>
    entryPoint.fetch(
      `${authority}/oauth2/v2.0/authorize?` +
        new URLSearchParams({
          client_id: CLIENT,
          redirect_uri: redirectUri,
          response_type: "code",
          scope: "openid",
          code_challenge: "a".repeat(43),
          code_challenge_method: "S256",
        }).toString(),
      {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: "account=robin.sample%40lamna.example",
      },
    );
  const back = await asked("https://app-lamna.azurewebsites.net/signin/callback");
  expect(back.status).toBe(303);
  expect(back.headers.get("location")).toMatch(
    /^https:\/\/app-lamna\.azurewebsites\.net\/signin\/callback\?code=/u,
  );
  expect((await asked("https://elsewhere.example/signin/callback")).status).toBe(400);
});

/** Signs with a key of the vault that was made through Azure Resource Manager. */
async function sign(azure: Azure, caller: Parameters<Azure["front"]["entryPoint"]>[0] = SOMEBODY) {
  const response = await (
    await azure.front.entryPoint(caller)
  ).fetch("https://kv-lamna.vault.azure.net/keys/fhir/sign?api-version=7.6", {
    method: "POST",
    headers: {
      authorization: "Bearer " + (await tokenOf(azure, IDENTITY.principalId, "https://vault.azure.net")),
      "content-type": "application/json",
    },
    body: JSON.stringify({ alg: "ES384", value: Buffer.alloc(48).toString("base64url") }),
  });
  return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> };
}

test("a vault signs for whoever holds the role on it, from where its firewall lets it", async () => {
  const azure = await lamnaAzure();
  azure.cloud.put(
    resource(VAULT_ID + "/keys/fhir", "azure-native:keyvault:Key", {
      kty: "EC",
      curveName: "P-384",
      keyOps: ["sign"],
    }),
  );
  expect(await sign(azure)).toMatchObject({
    status: 403,
    body: { error: { innererror: { code: "ForbiddenByRbac" } } },
  });
  const revoke = grant(azure, "Key Vault Crypto User", VAULT_ID);
  const signed = await sign(azure);
  expect(signed).toMatchObject({ status: 200 });
  expect(signed.body["kid"]).toMatch(/^https:\/\/kv-lamna\.vault\.azure\.net\/keys\/fhir\/\w+$/u);
  await azure.cloud.change(VAULT_ID, {
    properties: { networkAcls: { defaultAction: "Deny", ipRules: [{ value: "203.0.113.0/28" }] } },
  });
  expect(await sign(azure)).toMatchObject({ status: 200 });
  expect(await sign(azure, { address: "198.51.100.1" })).toMatchObject({
    status: 403,
    body: { error: { innererror: { code: "ForbiddenByFirewall" } } },
  });
  await azure.cloud.change(VAULT_ID, { properties: { publicNetworkAccess: "Disabled" } });
  expect(await sign(azure)).toMatchObject({
    status: 403,
    body: { error: { innererror: { code: "ForbiddenByConnection" } } },
  });
  await azure.cloud.change(VAULT_ID, { properties: { publicNetworkAccess: "Enabled" } });
  await revoke();
  expect((await sign(azure)).status).toBe(403);
  await azure.cloud.remove(VAULT_ID);
  const entryPoint = await azure.front.entryPoint(SOMEBODY);
  expect((await entryPoint.fetch("https://kv-lamna.vault.azure.net/keys/fhir")).status).toBe(421);
});

test("the pipeline's own sign-in gets the deployer in, as Azure's clients do it, and its role decides", async () => {
  const azure = await lamnaAzure();
  const program = `
    import { DefaultAzureCredential } from "@azure/identity";
    import { BlobServiceClient } from "@azure/storage-blob";
    import { buffer } from "node:stream/consumers";
    const container = new BlobServiceClient("${BLOBS}", new DefaultAzureCredential(), { retryOptions: { maxTries: 1 } }).getContainerClient("packages");
    const blob = container.getBlockBlobClient("a.zip");
    const code = (error) => [error.statusCode, error.code].join(" ");
    const put = () => blob.upload("bytes", 5, { conditions: { ifNoneMatch: "*" }, metadata: { sha256: "x" } }).then(() => "stored", code);
    const told = [await blob.exists(), await put(), await put(), await blob.exists()];
    const read = await blob.download(0);
    told.push((await buffer(read.readableStreamBody)).toString(), (await blob.downloadToBuffer(1, 3)).toString());
    told.push(await container.getBlockBlobClient("b.zip").download().catch(code), (await blob.getProperties()).metadata.sha256);
    told.push(await container.exists().catch(code));
    console.log(JSON.stringify(told));`;
  const run = async () => {
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: root,
      env: { ...azure.environment, PATH: "/usr/bin:/bin", HOME: root },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [printed, complained] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return complained === "" ? (JSON.parse(printed) as unknown) : complained;
  };
  expect(await run()).toContain("AuthorizationPermissionMismatch");
  grant(azure, "Storage Blob Data Contributor", ACCOUNT_ID, DEPLOYER.objectId);
  expect(await run()).toEqual([
    false,
    "stored",
    "409 BlobAlreadyExists",
    true,
    "bytes",
    "yte",
    "404 BlobNotFound",
    "x",
    "501 NotImplemented",
  ]);
  expect(azure.front.refused()).toEqual([]);
});

const NAME = BLOBS + "/packages/a.zip";

test.each([
  ["no token", "409 PublicAccessNotPermitted", {}],
  ["a key", "403 KeyBasedAuthenticationNotPermitted", { authorization: "SharedKey stlamna:abc" }],
  ["a token for another service", "401 InvalidAuthenticationInfo", { aud: "https://vault.azure.net" }],
  ["a token that is over", "401 InvalidAuthenticationInfo", { seconds: -1 }],
  ["no version of the protocol", "400 MissingRequiredHeader", { "x-ms-version": "" }],
  ["an old version of the protocol", "400 MissingRequiredHeader", { "x-ms-version": "2016-05-31" }],
  ["a condition that nobody taught it", "501 NotImplemented", { "x-ms-if-tags": "stage = 'old'" }],
  ["a lease that nobody holds", "412 LeaseNotPresentWithBlobOperation", { "x-ms-lease-id": "1" }],
  ["a wrong hash", "400 Md5Mismatch", { "content-md5": "AAAA" }],
  ["another kind of blob", "501 NotImplemented", { "x-ms-blob-type": "PageBlob" }],
  ["everything as it should be", "201", {}],
] as const)("a blob that is written with %s is answered %s", async (name, expected, change) => {
  const azure = await lamnaAzure();
  grant(azure, "Storage Blob Data Contributor", ACCOUNT_ID, DEPLOYER.objectId);
  const {
    aud = "https://storage.azure.com",
    seconds = 600,
    ...headers
  }: Readonly<Record<string, unknown>> = change;
  const token = await tokenOf(azure, DEPLOYER.objectId, String(aud), Number(seconds));
  const entryPoint = await azure.front.entryPoint(SOMEBODY);
  const response = await entryPoint.fetch(NAME, {
    method: "PUT",
    headers: {
      ...(name !== "no token" && { authorization: "Bearer " + token }),
      "x-ms-version": "2024-11-04",
      "x-ms-blob-type": "BlockBlob",
      ...(headers as Record<string, string>),
    },
    body: "bytes",
  });
  expect([String(response.status), response.headers.get("x-ms-error-code")].filter(Boolean).join(" ")).toBe(
    expected,
  );
});

test("a reader of a container reads and writes nothing; blobs go with their container", async () => {
  const azure = await lamnaAzure();
  const container = ACCOUNT_ID + "/blobServices/default/containers/packages";
  azure.cloud.put(
    resource(container.replace("packages", "others"), "azure-native:storage:BlobContainer", {}),
  );
  const ask = async (method: string, url = NAME) => {
    const token = await tokenOf(azure, DEPLOYER.objectId, "https://storage.azure.com");
    const headers = {
      authorization: "Bearer " + token,
      "x-ms-version": "2024-11-04",
      "x-ms-blob-type": "BlockBlob",
    };
    return (await (await azure.front.entryPoint(SOMEBODY)).fetch(url, { method, headers })).status;
  };
  const revoke = grant(azure, "Storage Blob Data Contributor", container, DEPLOYER.objectId);
  expect(await ask("PUT")).toBe(201);
  expect(await ask("PUT", NAME.replace("packages", "others"))).toBe(403);
  await revoke();
  grant(azure, "Storage Blob Data Reader", container, DEPLOYER.objectId);
  expect([await ask("GET"), await ask("PUT"), await ask("DELETE")]).toEqual([200, 403, 403]);
  const before = azure.cloud.find(container);
  await azure.cloud.remove(container);
  expect(await ask("GET")).toBe(403);
  grant(azure, "Storage Blob Data Reader", ACCOUNT_ID, DEPLOYER.objectId);
  expect(await ask("GET")).toBe(404);
  if (before !== undefined) azure.cloud.put(before);
  expect(await ask("GET")).toBe(404);
});
