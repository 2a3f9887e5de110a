/** Groups the resources that would be created by their purpose, so that a person reads a dozen lines and not a hundred. */
import type { RehearsalResult } from "./result.ts";

export interface ResourceGroup {
  readonly what: string;
  readonly count: number;
  /** Kinds such as `PrivateEndpoint`, the most frequent first. */
  readonly kinds: readonly { readonly kind: string; readonly count: number }[];
}

/**
 * Purposes by the module of the type token, or by the whole token. The purpose of any other type is the name of its module.
 */
const PURPOSES: Readonly<Record<string, string>> = {
  web: "Site",
  "ehr:index:Package": "Release",
  "ehr:index:Ready": "Release",
  cdn: "Edge",
  frontdoor: "Edge",
  cosmosdb: "Store",
  keyvault: "Vault",
  storage: "Packages and queues",
  communication: "Texts and mails",
  "ehr:index:PhoneNumber": "Texts and mails",
  eventgrid: "Events",
  azuread: "Registration in Entra",
  managedidentity: "Identity and rights",
  authorization: "Identity and rights",
  network: "Network",
  privatedns: "Network",
  monitor: "Logs and alerts",
  operationalinsights: "Logs and alerts",
  applicationinsights: "Logs and alerts",
  consumption: "Budget",
  resources: "Resource groups",
};
const ORDER = [...new Set(Object.values(PURPOSES))];

export function groupsOf({ resources }: Pick<RehearsalResult, "resources">): readonly ResourceGroup[] {
  const groups = Map.groupBy(resources, ({ type }) => purposeOf(type));
  return [...groups]
    .map(([what, its]) => ({
      what,
      count: its.length,
      kinds: [...Map.groupBy(its, ({ type }) => type.split(":").at(-1) ?? type)]
        .map(([kind, same]) => ({ kind, count: same.length }))
        .toSorted((one, other) => other.count - one.count || one.kind.localeCompare(other.kind)),
    }))
    .toSorted((one, other) => orderOf(one.what) - orderOf(other.what));
}

/** Such as `3 Subnet, VirtualNetwork`. */
export const kindsInWords = ({ kinds }: ResourceGroup): string =>
  kinds.map(({ kind, count }) => (count === 1 ? kind : `${String(count)} ${kind}`)).join(", ");

function purposeOf(type: string): string {
  const [vendor = "", module = ""] = type.split(":");
  const group = vendor === "azure-native" ? (module.split("/")[0] ?? "") : vendor;
  return PURPOSES[type] ?? PURPOSES[group] ?? group;
}

function orderOf(what: string): number {
  const order = ORDER.indexOf(what);
  return order < 0 ? ORDER.length : order;
}
