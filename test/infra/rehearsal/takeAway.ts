/** Takes parts of a running deployment away, as if the program had never made them, and finds out what notices that. */
import { AZURE_KINDS } from "../../../infra/rehearsal/azure/resourceTypes/kinds.ts";
import { lastSegment } from "../../../infra/rehearsal/azure/controlPlane/ids.ts";
import { type Properties, textAt } from "../../../infra/rehearsal/azure/controlPlane/json.ts";
import { Refusal } from "../../../infra/rehearsal/azure/controlPlane/refusal.ts";
import { refuseWrite } from "../../../infra/rehearsal/azure/controlPlane/rules.ts";
import { ENTRA_KINDS } from "../../../infra/rehearsal/azure/entra/kinds.ts";
import { watch } from "../../../infra/rehearsal/visit/blame.ts";
import type { Outside } from "../../../infra/rehearsal/visit/outside.ts";
import { steps, Trouble } from "../../../infra/rehearsal/visit/steps.ts";
import { visitedFirst } from "../../../infra/rehearsal/visit/visit.ts";
import type { Made, Standing } from "./inProcess.ts";

/** Entra's types whose resources are also written into their registration, by token. */
const ENTRA = new Map(
  ENTRA_KINDS.filter(({ token }) => /:Application[A-Z]/u.test(token)).map((kind) => [kind.token, kind]),
);
const KINDS = new Map([...AZURE_KINDS, ...ENTRA_KINDS].map((kind) => [kind.token, kind]));

/** What is said when one part is missing; undefined if nothing notices it. */
export async function missing(standing: Standing, taken: Made): Promise<string | undefined> {
  return taken.type.startsWith("ehr:index:") ? whileGone(standing, taken) : missingAny(standing, [taken]);
}

/** What is said when several parts are missing at once. None of them may be one that our own plugin makes. */
export async function missingAny(standing: Standing, taken: readonly Made[]): Promise<string | undefined> {
  const { cloud } = standing.rehearsal.azure;
  const gone = taken.map(({ id }) => {
    const found = cloud.find(id);
    if (found === undefined) throw new Error(`The cloud holds no ${id}`);
    return found;
  });
  for (const one of gone) {
    cloud.drop(one.id);
    // What the part wrote into its registration is removed, too.
    ENTRA.get(one.token)?.afterDelete?.(one, cloud);
  }
  const concerns = taken.some(({ type }) => type.endsWith("Slot")) ? "slot, too" : "site";
  // Azure would refuse resources that lie in a missing part or name it, as the next `up` would show.
  try {
    return refusalOfTheRest(standing, taken) ?? (await visited(standing, concerns));
  } finally {
    for (const one of gone) {
      cloud.put(one);
      ENTRA.get(one.token)?.afterWrite?.(one, cloud);
    }
    // The slot gets back what it lacked only when it is started again.
    if (concerns === "slot, too") await startedAnew(standing, concerns);
  }
}

/** Asks for all other parts once more. @returns the first refusal */
export function refusalOfTheRest(
  { rehearsal, made }: Standing,
  taken: readonly Made[] = [],
): string | undefined {
  const { cloud } = rehearsal.azure;
  for (const { type, id, name, inputs } of made) {
    const [kind, before] = [KINDS.get(type), cloud.find(id)];
    if (kind === undefined || taken.some((one) => one.id === id) || before === undefined) continue;
    try {
      refuseWrite(kind, { id, token: type, name: lastSegment(id), inputs, before }, cloud);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return `${type} ${name}: ${error.message}`;
    }
  }
  return undefined;
}

type Played = Pick<Standing, "rehearsal">;

/** What is said while the first resource of a type, or the one with that name, is changed. */
export async function whileChanged(
  standing: Played,
  token: string,
  name: RegExp,
  change: (properties: Properties) => Properties,
): Promise<string | undefined> {
  const { cloud } = standing.rehearsal.azure;
  const before = cloud.all(token).find((one) => name.test(one.name));
  if (before === undefined) throw new Error(`The cloud holds no ${token}.`);
  cloud.put({ ...before, properties: change(before.properties) });
  try {
    return await visited(standing);
  } finally {
    cloud.put(before);
  }
}

/** What has to be started anew. The slot has the site's package and identity, so it is only started for its own parts. */
type Concerns = "site" | "slot, too";

/** Starts the site anew and visits it. @returns what the visit says if it fails */
export async function visited(standing: Played, concerns: Concerns = "site"): Promise<string | undefined> {
  const before = visitable(standing);
  const { azure, signal } = before;
  const since = watch(azure.front, () => azure.cloud);
  const outside: Outside = { ...before, since, step: steps(() => undefined, signal).step };
  await startedAnew(standing, concerns);
  try {
    await visitedFirst(outside);
    return undefined;
  } catch (error) {
    if (error instanceof Trouble) return error.message;
    throw error;
  }
}

function visitable({ rehearsal }: Played): Outside {
  const before = rehearsal.standing();
  if (before === undefined) throw new Error("Nothing stands to be visited.");
  return before;
}

async function startedAnew(standing: Played, concerns: Concerns): Promise<void> {
  const { azure, siteHost } = visitable(standing);
  const hosts = concerns === "site" ? [siteHost] : azure.appService.sites().map(({ host }) => host);
  for (const host of hosts) azure.appService.restart(host);
  // Otherwise the old process would get the first request while it ends.
  await Promise.all(hosts.map((host) => azure.appService.settled(host)));
}

/** What is said when a part is missing that our own plugin makes, which is at a data plane. */
async function whileGone(standing: Standing, { type, inputs, id }: Made): Promise<string | undefined> {
  const { azure } = standing.rehearsal;
  if (type === "ehr:index:Package") {
    const { fetch } = await azure.front.entryPoint(azure.deployFrom);
    const url = `${textAt(inputs, "blobEndpoint") ?? ""}/${textAt(inputs, "container") ?? ""}/${id}.zip`;
    const headers = {
      authorization: "Bearer " + (await deployersToken(azure, "https://storage.azure.com")),
      "x-ms-version": "2024-11-04",
      "x-ms-blob-type": "BlockBlob",
    };
    const bytes = Buffer.from(await (await fetch(url, { headers })).arrayBuffer());
    await fetch(url, { method: "DELETE", headers });
    try {
      return await visited(standing);
    } finally {
      await fetch(url, { method: "PUT", headers, body: bytes });
    }
  }
  if (type !== "ehr:index:PhoneNumber") return undefined;
  const { fetch } = await azure.front.entryPoint(azure.deployFrom);
  const authorization = "Bearer " + (await deployersToken(azure, "https://communication.azure.com"));
  const url = `${textAt(inputs, "endpoint") ?? ""}/phoneNumbers/${encodeURIComponent(id)}?api-version=2025-06-01`;
  await fetch(url, { method: "DELETE", headers: { authorization } });
  return visited(standing);
}

async function deployersToken({ cloud, entra }: Outside["azure"], aud: string): Promise<string> {
  const { tenantId, deployer } = cloud;
  const iss = `https://login.microsoftonline.com/${tenantId}/v2.0`;
  const { objectId } = deployer;
  return entra.tokens.issue({ iss, tid: tenantId, aud, oid: objectId, sub: objectId }, 3600);
}
