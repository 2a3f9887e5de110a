/**
 * The names that azure-native gives to resources that a program does not name
 * (https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming).
 */
import { createHash } from "node:crypto";
import { uuidOf } from "../../../../app/domain/uuid.ts";
import { idInputs } from "../controlPlane/ids.ts";
import type { Properties } from "../controlPlane/json.ts";
import type { Kind } from "../controlPlane/model.ts";
import type { CheckCall } from "../../../protocol/provider.ts";

/** Marks a resource whose name was generated, so that its replacement can be created before it is deleted. */
export const CREATE_BEFORE_DELETE = "__createBeforeDelete";

/** The generated name, as an input, with its mark. Empty when the program has named the resource, or has to. */
export function named(kind: Kind, call: CheckCall<Properties>): Properties {
  const input = idInputs(kind).at(-1);
  if (input === undefined || kind.singleton === true || call.news[input] !== undefined) return {};
  const old = call.olds[input];
  const marked = { [CREATE_BEFORE_DELETE]: true };
  if (old !== undefined) return { [input]: old, ...(call.olds[CREATE_BEFORE_DELETE] === true && marked) };
  const isUuid = kind.naming === "uuid";
  const { autonaming } = call;
  if (autonaming?.mode === "disable") return {};
  if (autonaming?.mode === "enforce" || (autonaming?.mode === "propose" && !isUuid))
    return { [input]: autonaming.proposed, ...marked };
  const random = createHash("sha256").update(call.seed).update(call.name).digest("hex");
  return { [input]: isUuid ? uuidOf(random, 4) : call.name + random.slice(0, 8), ...marked };
}
