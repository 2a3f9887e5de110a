/** Deletions that go on after Azure's first answer, for a client that asks over HTTP and for the engine's. */
import { expect, test } from "vitest";
import type { Vendors } from "../../infra/rehearsal/azure/controlPlane/cloud.ts";
import { onAnOrdinaryDay, refusing } from "../azure/passing.ts";
import { DELETING } from "../azure/firstAnswers.ts";
import { open } from "./armStandIn.ts";
import { clock, IN, make, steady, SUBSCRIPTION } from "./steady.ts";

const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-lamna`;
const ACCOUNT = GROUP + "/providers/Microsoft.DocumentDB/databaseAccounts/cosmos-lamna";
const VAULT = GROUP + "/providers/Microsoft.KeyVault/vaults/kv-lamna";

const group = (vendors: Vendors) => make(vendors, "resources:ResourceGroup", { ...IN, location: "eastus2" });
const account = (vendors: Vendors) =>
  make(vendors, "cosmosdb:DatabaseAccount", {
    ...IN,
    accountName: "cosmos-lamna",
    databaseAccountOfferType: "Standard",
    location: "eastus2",
    locations: [{ locationName: "eastus2" }],
  });

async function served() {
  const vendors = steady();
  await group(vendors);
  const server = await open(vendors);
  const ask = async (path: string, method = "GET") => {
    const answer = await fetch(path.startsWith("http") ? path : server.url + path, {
      method,
      ...(method === "PUT" && { body: JSON.stringify({ location: "eastus2" }) }),
    });
    const text = await answer.text();
    const body = (text === "" ? {} : JSON.parse(text)) as {
      status?: string;
      error?: { code: string };
      properties?: { provisioningState?: string };
    };
    const state = body.status ?? body.error?.code ?? body.properties?.provisioningState;
    return { said: [answer.status, state], headers: answer.headers };
  };
  return { vendors, server, ask };
}

test("a group is there until its deletion is done, and refuses what is made in it meanwhile", async () => {
  const { server, ask } = await served();
  const { said, headers } = await ask(GROUP, "DELETE");
  expect(said).toEqual([202, undefined]);
  const at = headers.get("location") ?? "";
  expect((await ask(GROUP)).said).toEqual([200, "Deleting"]);
  expect((await ask(at)).said).toEqual([200, undefined]);
  expect((await ask(GROUP)).said).toEqual([404, "ResourceNotFound"]);
  expect((await ask(GROUP, "PUT")).said).toEqual([201, "Succeeded"]);
  await ask(GROUP, "DELETE");
  expect((await ask(VAULT, "PUT")).said).toEqual([409, "ResourceGroupBeingDeleted"]);
  server.close();
});

test("an account is refused once more while its deletion goes on, and is made when that is done", async () => {
  const { vendors, server, ask } = await served();
  await account(vendors);
  const { said, headers } = await ask(ACCOUNT, "DELETE");
  expect(said).toEqual([202, "Enqueued"]);
  expect((await ask(ACCOUNT, "PUT")).said).toEqual([412, "PreconditionFailed"]);
  expect((await ask(headers.get("azure-asyncoperation") ?? "")).said).toEqual([200, "Succeeded"]);
  expect((await ask(headers.get("location") ?? "")).said).toEqual([200, undefined]);
  await expect(account(vendors)).resolves.toMatchObject({ name: "cosmos-lamna" });
  server.close();
});

test("a vault is gone with the first answer", async () => {
  const { vendors, server, ask } = await served();
  const tenantId = vendors.cloud.tenantId;
  await make(vendors, "keyvault:Vault", {
    ...IN,
    vaultName: "kv-lamna",
    location: "eastus2",
    properties: { tenantId, sku: { family: "A", name: "standard" }, enableRbacAuthorization: true },
  });
  expect((await ask(VAULT, "DELETE")).said).toEqual([200, undefined]);
  expect((await ask(VAULT)).said).toEqual([404, "ResourceNotFound"]);
  expect((await ask(VAULT, "DELETE")).said).toEqual([204, undefined]);
  server.close();
});

/** An operation takes a minute, and another minute to settle. */
const day = () => ({ longest: 75_000, secondMs: 1000, random: () => 0.8, isCalm: true, clock: clock() });

test("on an ordinary day, what is deleted is refused until it has settled, and then made", async () => {
  const time = day();
  const vendors = refusing(steady(), time);
  await group(vendors);
  const { id } = await account(vendors);
  const gone = vendors.delete(id);
  await expect(account(vendors)).rejects.toMatchObject({ status: 412, code: "PreconditionFailed" });
  while (vendors.cloud.find(id) !== undefined) await time.clock.wait(1000);
  await expect(account(vendors)).rejects.toMatchObject({ status: 412, code: "PreconditionFailed" });
  await gone;
  await expect(account(vendors)).resolves.toMatchObject({ id });
});

test("azure-native tries again where something else of a network is still being deleted", async () => {
  const told: string[] = [];
  const vendors = onAnOrdinaryDay(steady(), { ...day(), refused: (code) => void told.push(code) });
  await group(vendors);
  const network = { ...IN, virtualNetworkName: "vnet-lamna", location: "eastus2" };
  await make(vendors, "network:VirtualNetwork", {
    ...network,
    addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
  });
  const subnet = (subnetName: string, addressPrefix: string) =>
    make(vendors, "network:Subnet", { ...network, subnetName, addressPrefix });
  const [one, other] = [await subnet("one", "10.0.1.0/24"), await subnet("other", "10.0.2.0/24")];
  await Promise.all([vendors.delete(one.id), vendors.delete(other.id)]);
  expect(told).toContain("AnotherOperationInProgress");
  expect(vendors.cloud.all("azure-native:network:Subnet")).toEqual([]);
});

test("whatever is deleted slowly says at which address to ask", () => {
  for (const [token, { at }] of DELETING) expect(at, token).toContain("location");
});
