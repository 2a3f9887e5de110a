/** The in-memory Azure on loopback, with the resources that a recording found in its subscription. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { AZURE_KINDS } from "../../infra/rehearsal/azure/resourceTypes/kinds.ts";
import { armListener } from "../azure/arm.ts";
import { openCloud, type Vendors } from "../../infra/rehearsal/azure/controlPlane/cloud.ts";
import { lastSegment } from "../../infra/rehearsal/azure/controlPlane/ids.ts";
import { inputsOf } from "../azure/readIds.ts";
import type { Cloud, Kind } from "../../infra/rehearsal/azure/controlPlane/model.ts";
import { principalIn } from "../../infra/rehearsal/azure/entra/principals.ts";
import { schemaOf } from "../../infra/rehearsal/azure/schema/schemaOf.ts";
import { HAD } from "./armHad.ts";
import type { Fact } from "./facts.ts";

const SOMEBODY = "0c1f7a52-0000-4000-8000-00000000d003";
export const SCHEMA = await schemaOf("azure-native", AZURE_KINDS);

interface Asked {
  readonly location?: string;
  readonly properties?: { readonly tenantId?: string };
}

export const kindAt = (id: string): Kind | undefined =>
  AZURE_KINDS.find((kind) => inputsOf(kind, id) !== undefined);

export interface ArmEndpoint {
  readonly url: string;
  readonly vendors: Vendors;
  close(): void;
}

export async function armAsIn(name: string, fact: Fact, now: Date): Promise<ArmEndpoint> {
  const asked = (fact.request.body ?? {}) as Asked;
  const options = {
    subscriptionId: fact.request.path.split("/")[2] ?? "",
    tenantId: asked.properties?.tenantId ?? SOMEBODY,
    deployer: { objectId: SOMEBODY, clientId: SOMEBODY },
    now: () => now,
    random: theSameEachTime(),
  };
  const vendors = openCloud(options, AZURE_KINDS, [SCHEMA]);
  const had = HAD[name] ?? {};
  vendors.cloud.put(principalIn("ServicePrincipal", SOMEBODY));
  const named = idsIn(fact).filter((id) => id.toLowerCase() !== fact.request.path.toLowerCase());
  for (const id of new Set([...named, ...Object.keys(had)]))
    if (had[id] !== null) putAt(id, { location: asked.location ?? "westus2", ...had[id] }, vendors.cloud);
  return open(vendors);
}

/** What Azure chooses at random stands among the accepted differences, so it is the same in every run. */
function theSameEachTime(): (bytes: number) => Uint8Array {
  let last = 0;
  return (bytes) => Uint8Array.from({ length: bytes }, () => (last = (last * 31 + 7) % 251));
}

export async function open(vendors: Vendors): Promise<ArmEndpoint> {
  const server = createServer(armListener(vendors, AZURE_KINDS, SCHEMA)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${String(port)}`, vendors, close: () => void server.close() };
}

function putAt(id: string, properties: object, cloud: Cloud): void {
  const kind = kindAt(id);
  if (kind !== undefined)
    cloud.put({ id, token: kind.token, name: lastSegment(id), properties: { ...properties } });
}

/** Every resource id in a request, with the ids of all resources above it. */
function idsIn({ request: { path, body } }: Fact): readonly string[] {
  const text = JSON.stringify([path, body]);
  return [...text.matchAll(/\/subscriptions\/[^"]+/gu)].flatMap(([id]) => {
    const parts = id.split("/");
    return parts.slice(4).map((_, index) => parts.slice(0, index + 5).join("/"));
  });
}
