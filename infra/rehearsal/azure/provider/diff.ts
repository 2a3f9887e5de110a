/** What changes between two sets of inputs, and which changes replace the resource. */
import { idInputs } from "../controlPlane/ids.ts";
import { isGroup, isList, isSame, type Json, type Properties, textAt } from "../controlPlane/json.ts";
import type { Kind } from "../controlPlane/model.ts";
import { CREATE_BEFORE_DELETE } from "./naming.ts";
import type { ChangeKind, DiffAnswer, DiffCall } from "../../../protocol/provider.ts";

/** Compares inputs with inputs, so that a vendor's other spelling in its answer causes no difference. */
export function differenceOf(kind: Kind, call: DiffCall<Properties>): DiffAnswer {
  const { news, oldState } = call;
  const version = oldState["azureApiVersion"];
  const oldInputs: Properties = {
    ...(call.oldInputs["azureApiVersion"] === undefined &&
      version !== undefined && { azureApiVersion: version }),
    ...call.oldInputs,
  };
  const replacedBy = new Set([...idInputs(kind), ...(kind.replacedBy ?? []), "location"]);
  const changes = new Map<string, { readonly kind: ChangeKind; readonly replaces: boolean }>();
  const compare = (
    before: Json | undefined,
    after: Json | undefined,
    path: string,
    pattern = path,
    within = false,
  ): void => {
    if (isSame(before, after)) return;
    const replaces = within || replacedBy.has(pattern);
    if (before === undefined) changes.set(path, { kind: "add", replaces });
    else if (after === undefined) changes.set(path, { kind: "delete", replaces });
    else if (isGroup(before) && isGroup(after))
      for (const name of namesIn(before, after))
        compare(before[name], after[name], `${path}.${name}`, `${pattern}.${name}`, replaces);
    else if (isList(before) && isList(after))
      for (let index = 0; index < Math.max(before.length, after.length); index += 1)
        compare(before[index], after[index], `${path}[${String(index)}]`, pattern + "[]", replaces);
    else changes.set(path, { kind: "update", replaces });
  };
  const same = (name: string) => name === "location" && normalized(oldInputs) === normalized(news);
  for (const name of namesIn(oldInputs, news))
    if (!name.startsWith("__") && !same(name) && !call.ignoreChanges.includes(name))
      compare(oldInputs[name], news[name], name);
  const replaces = [...changes.values()].some((change) => change.replaces);
  return { changes, deleteBeforeReplace: replaces && oldInputs[CREATE_BEFORE_DELETE] !== true };
}

const namesIn = (...groups: readonly Properties[]) => new Set(groups.flatMap(Object.keys));

/** The location in one spelling: `West US 2` and `westus2` are the same region. */
const normalized = (inputs: Properties): string | undefined =>
  textAt(inputs, "location")?.replaceAll(" ", "").toLowerCase();
