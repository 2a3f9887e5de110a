/** A request becomes a resource: the vendor's defaults, the request over them, what the vendor decides over both. */
import { identityAnswered } from "./identity.ts";
import { merged, type Properties } from "./json.ts";
import type { Cloud, CloudResource, Draft, Kind } from "./model.ts";

/** A child names its parent by `name` and answers its own; the others are the provider's. */
const LEFT = ["name", "azureApiVersion", "__createBeforeDelete"];

export function made(kind: Kind, draft: Draft, cloud: Cloud): CloudResource {
  const { id, token, name, before } = draft;
  if (before !== undefined && kind.ignoresUpdates === true) return before;
  const said = Object.fromEntries(Object.entries(draft.inputs).filter(([key]) => !LEFT.includes(key)));
  const kept = Object.fromEntries(
    (kind.shared ?? [])
      .filter((key) => said[key] === undefined && before?.properties[key] !== undefined)
      .map((key) => [key, before?.properties[key] ?? null]),
  );
  const silent = kind.silent?.(draft, cloud) ?? {};
  const properties: Properties = [
    said,
    kept,
    identityAnswered(draft, cloud),
    kind.decided?.(draft, cloud) ?? {},
  ].reduce(merged, silent);
  return { id, token, name, properties };
}
