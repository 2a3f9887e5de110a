/**
 * Makes a resource from a request: the vendor's defaults, over them the request's values, over both the values that the
 * vendor decides.
 */
import { identityAnswered } from "./identity.ts";
import { at, merged, type Properties, withAt } from "./json.ts";
import type { Cloud, CloudResource, Draft, Kind } from "./model.ts";

/**
 * Inputs that do not become properties: `name`, by which a child names its parent while it answers its own, and two of the
 * provider's own.
 */
const LEFT = ["name", "azureApiVersion", "__createBeforeDelete"];

export function made(kind: Kind, draft: Draft, cloud: Cloud): CloudResource {
  const { id, token, name, before } = draft;
  if (before !== undefined && kind.ignoresUpdates === true) return before;
  const said = Object.fromEntries(Object.entries(draft.inputs).filter(([key]) => !LEFT.includes(key)));
  const kept = (kind.shared ?? []).reduce<Properties>((result, path) => {
    const was = at(before?.properties, path);
    return at(said, path) !== undefined || was === undefined ? result : withAt(result, path, was);
  }, {});
  const silent = kind.silent?.(draft, cloud) ?? {};
  const properties: Properties = [
    said,
    kept,
    identityAnswered(draft, cloud),
    kind.decided?.(draft, cloud) ?? {},
  ].reduce(merged, silent);
  return { id, token, name, properties };
}
