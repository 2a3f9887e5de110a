/**
 * Diagnostic settings: which categories each type of resource has. Two settings may not send the same to the same
 * destination.
 */
import { isSameId } from "../controlPlane/ids.ts";
import { isGroup, listAt, type Properties, saidAt, textAt, words } from "../controlPlane/json.ts";
import type { Cloud, CloudResource, Draft, Kind } from "../controlPlane/model.ts";
import { badRequest, conflict } from "../controlPlane/refusal.ts";
import { ACTIVITY, BY_TYPE, type Categories, NONE, STORAGE_SERVICE } from "./logCategories.ts";
import { azure, requiredAt } from "./require.ts";

const SINKS = words("workspaceId storageAccountId eventHubAuthorizationRuleId marketplacePartnerId");

export const DIAGNOSTICS: readonly Kind[] = [
  {
    token: azure("monitor:DiagnosticSetting"),
    id: "{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}",
    // Azure puts the fixed parts of the resource's id into lower case; the id of a subscription's setting stays as it is.
    answersId: (id) =>
      id.replace(
        /^(\/subscriptions\/[^/]+)\/resourceGroups\/([^/]+)\/(.*)\/diagnosticSettings\//iu,
        (_, ...parts) => {
          const [subscription, group, rest] = parts as string[];
          return `${subscription ?? ""}/resourcegroups/${group ?? ""}/${loweredTypes(rest ?? "")}/diagnosticSettings/`;
        },
      ),
    type: "Microsoft.Insights/diagnosticSettings",
    silent: () => ({ logs: [], metrics: [] }),
    decided: ({ inputs }, cloud) => decidedSetting(inputs, cloud),
    refuse: (draft, cloud) => {
      const uri = saidAt(draft.inputs, "resourceUri");
      if (isSameId(uri.replace(/\/$/u, ""), "/subscriptions/" + cloud.subscriptionId)) {
        refuseSetting(draft, ACTIVITY, cloud);
        return;
      }
      const target = serviceOf(uri, cloud) ?? requiredAt(draft, "resourceUri", cloud);
      refuseSetting(draft, categoriesOf(target, uri), cloud);
    },
  },
];

/** The path `providers/Microsoft.X/types/name` with its namespace and its types in lower case. */
const loweredTypes = (path: string): string =>
  path
    .split("/providers/")
    .map((one) => {
      const [namespace = "", ...rest] = one.replace(/^providers\//u, "").split("/");
      const types = rest.map((part, index) => (index % 2 === 0 ? part.toLowerCase() : part));
      return [namespace.toLowerCase(), ...types].join("/");
    })
    .map((one, index) => (index === 0 ? "providers/" : "") + one)
    .join("/providers/");

const SERVICE = /\/(blob|queue|table|file)Services\/default$/iu;

/** A storage account's services exist with it, even if no program has ever set them. */
function serviceOf(id: string, cloud: Cloud): CloudResource | undefined {
  return SERVICE.test(id) ? cloud.find(id.replace(SERVICE, "")) : undefined;
}

const categoriesOf = (target: CloudResource | undefined, uri: string): Categories =>
  SERVICE.test(uri) ? STORAGE_SERVICE : (BY_TYPE[target?.token ?? ""] ?? NONE);

const NO_DAYS = { enabled: false, days: 0 };

/** Categories that the request does not name are in the answer as well, switched off. */
function decidedSetting(inputs: Properties, cloud: Cloud): Properties {
  const uri = saidAt(inputs, "resourceUri");
  const target = serviceOf(uri, cloud) ?? cloud.find(uri);
  const kept = (name: string) =>
    listAt(inputs, name)
      .filter(isGroup)
      .map((one) => ({ retentionPolicy: NO_DAYS, ...one }));
  const metrics = kept("metrics");
  const offered = target === undefined ? [] : categoriesOf(target, uri).metrics.slice(0, 1);
  const unasked = offered.filter((name) => !metrics.some((one) => textAt(one, "category") === name));
  return {
    logs: kept("logs"),
    metrics: [
      ...metrics,
      ...unasked.map((category) => ({ category, enabled: false, retentionPolicy: NO_DAYS })),
    ],
  };
}

function refuseSetting(draft: Draft, known: Categories, cloud: Cloud): void {
  const { inputs } = draft;
  requiredAt(draft, "workspaceId", cloud, "operationalinsights:Workspace");
  requiredAt(draft, "storageAccountId", cloud, "storage:StorageAccount");
  if (SINKS.every((sink) => saidAt(inputs, sink) === ""))
    throw badRequest("At least one data sink needs to be specified.");
  const logs = listAt(inputs, "logs").filter(isGroup);
  const metrics = listAt(inputs, "metrics").filter(isGroup);
  if (logs.length + metrics.length === 0)
    throw badRequest("At least one log or metric category must be specified.");
  for (const log of logs) {
    const [category, group] = [textAt(log, "category"), textAt(log, "categoryGroup")];
    if (category !== undefined && group !== undefined)
      throw badRequest("Category and category group cannot both be set.");
    if (category !== undefined && !known.logs.includes(category))
      throw badRequest(`Category '${category}' is not supported.`);
    if (group !== undefined && !known.groups.includes(group))
      throw badRequest(`Category group: ${group} is not supported.`);
  }
  for (const metric of metrics) {
    const category = saidAt(metric, "category");
    if (!known.metrics.includes(category))
      throw badRequest(`Metric category '${category}' is not supported.`);
  }
  refuseSameSink(draft, cloud);
}

function refuseSameSink(draft: Draft, cloud: Cloud): void {
  const folder = draft.id.slice(0, draft.id.lastIndexOf("/") + 1).toLowerCase();
  for (const other of cloud.all(draft.token)) {
    if (!other.id.toLowerCase().startsWith(folder) || isSameId(other.id, draft.id)) continue;
    for (const sink of SINKS) {
      const [one, two] = [textAt(draft.inputs, sink), textAt(other.properties, sink)];
      if (one !== undefined && two !== undefined && isSameId(one, two))
        throw conflict(
          `Data sink '${one}' is already used in diagnostic setting '${other.name}' for category '${textAt(listAt(draft.inputs, "logs")[0], "category") ?? "AllMetrics"}'. Data sinks can't be reused in different settings on the same category for the same resource.`,
        );
    }
  }
}
