/**
 * Every vault of the cloud at its own host name, with the keys that ARM created and the secrets that somebody put; roles and
 * firewall are enforced.
 */
import type { Express } from "express";
import type { VaultRole } from "../../../../app/sandbox/microsoft/options.ts";
import type { Tenant } from "../../../../app/sandbox/microsoft/entra/tenant.ts";
import type { Vault } from "../../../../app/sandbox/microsoft/vault/access.ts";
import { openVault } from "../../../../app/sandbox/microsoft/vault/contents.ts";
import type { KeyShape, VaultContents } from "../../../../app/sandbox/microsoft/vault/contents.ts";
import { vaultRoutes } from "../../../../app/sandbox/microsoft/vault/routes.ts";
import { azure } from "../../azure/resourceTypes/require.ts";
import { rolesOn } from "../../azure/resourceTypes/roles.ts";
import { at, saidAt, textAt, textsAt } from "../../azure/controlPlane/json.ts";
import type { Cloud, CloudResource } from "../../azure/controlPlane/model.ts";
import type { Backend } from "../../front/hosts/front.ts";
import { entryToVault, type Entry } from "../access/firewall.ts";
import { application } from "./entra.ts";
import type { Parts } from "../parts.ts";

const SUFFIX = ".vault.azure.net";
const ROLES: readonly string[] = [
  "Key Vault Crypto User",
  "Key Vault Crypto Officer",
  "Key Vault Secrets User",
  "Key Vault Secrets Officer",
] satisfies VaultRole[];

export interface Vaults {
  readonly resolve: (host: string) => Backend | undefined;
  /**
   * The contents of a vault, by its name.
   * @throws when the cloud holds no such vault
   */
  contents(name: string): Promise<VaultContents>;
}

interface Opened {
  readonly contents: VaultContents;
  readonly app: Express;
  /** Versions of keys that ARM created and that are in the contents already. */
  readonly arrived: Set<string>;
  last: Promise<void>;
}

export function openVaults({ cloud, tenant }: Pick<Parts, "cloud" | "tenant">): Vaults {
  const opened = new Map<string, Promise<Opened>>();

  const find = (name: string) =>
    cloud()
      .all(azure("keyvault:Vault"))
      .find((vault) => vault.name.toLowerCase() === name.toLowerCase());

  /** Opens a vault; one that was created anew under the same name has contents of its own. */
  function open(vault: CloudResource): Promise<Opened> {
    const key = vault.id.toLowerCase() + saidAt(vault.properties, "systemData.createdAt");
    const hosting = { ports: { pages: 0, backChannel: 0 }, tls: { key: "", cert: "" }, now: tenant.now };
    const fresh = async () => {
      const contents = await openVault(hosting, { name: vault.name, keys: [], secrets: {} });
      const app = application(vaultRoutes(viewOf(cloud, vault, tenant), contents));
      return { contents, app, arrived: new Set<string>(), last: Promise.resolve() };
    };
    const found = opened.get(key) ?? fresh();
    opened.set(key, found);
    return found;
  }

  /** The contents, updated with what ARM has created since. */
  async function current(vault: CloudResource): Promise<Opened> {
    const opened = await open(vault);
    opened.last = opened.last.then(() => arrive(cloud(), vault, opened));
    await opened.last;
    return opened;
  }

  return {
    resolve: (host) => {
      const vault = host.endsWith(SUFFIX) ? find(host.slice(0, -SUFFIX.length)) : undefined;
      if (vault === undefined) return undefined;
      return (request, response, caller) => {
        const entry = entryToVault(cloud(), vault, caller);
        if (entry !== "let-in") {
          response.writeHead(403, { "content-type": "application/json" }).end(JSON.stringify(refusal(entry)));
          return;
        }
        current(vault).then(
          ({ app }) => void app(request, response),
          (error: unknown) => response.destroy(error as Error),
        );
      };
    },
    contents: async (name) => {
      const vault = find(name);
      if (vault === undefined) throw new Error(`The cloud holds no vault ${name}.`);
      return (await current(vault)).contents;
    },
  };
}

function viewOf(cloud: () => Cloud, vault: CloudResource, tenant: Tenant): Vault {
  return {
    name: vault.name,
    tenant,
    origin: () => "https://" + vault.name + SUFFIX,
    rolesOf: (principalId, part) => {
      // Without role-based access, a vault uses access policies only, and nobody has one here.
      const now = cloud().find(vault.id)?.properties;
      if (at(now, "properties.enableRbacAuthorization") !== true) return [];
      const asked = part === undefined ? vault.id : vault.id + "/" + part;
      return rolesOn(cloud(), asked, principalId).filter((role): role is VaultRole => ROLES.includes(role));
    },
  };
}

async function arrive(cloud: Cloud, vault: CloudResource, { contents, arrived }: Opened): Promise<void> {
  for (const { id, name, token, properties } of cloud.below(vault.id)) {
    const version = textAt(properties, "keyUriWithVersion") ?? id;
    if (token !== azure("keyvault:Key") || arrived.has(version)) continue;
    arrived.add(version);
    const operations = textsAt(properties, "keyOps");
    await contents.createKey(name, shapeOf(properties), {}, operations.length > 0 ? operations : undefined);
  }
}

function shapeOf(properties: CloudResource["properties"]): KeyShape {
  if (textAt(properties, "kty")?.startsWith("EC") === true)
    return { kty: "EC", crv: textAt(properties, "curveName") === "P-256" ? "P-256" : "P-384" };
  const size = properties["keySize"];
  return { kty: "RSA", size: typeof size === "number" ? size : 2048 };
}

/** The answer to a refused caller. https://learn.microsoft.com/azure/key-vault/general/rest-error-codes */
function refusal(entry: Exclude<Entry, "let-in">): object {
  const [code, message] =
    entry === "closed-to-public"
      ? [
          "ForbiddenByConnection",
          "Public network access is disabled and request is not from a trusted service nor via an approved private link.",
        ]
      : ["ForbiddenByFirewall", "Client address is not authorized and caller is not a trusted service."];
  return { error: { code: "Forbidden", message, innererror: { code } } };
}
