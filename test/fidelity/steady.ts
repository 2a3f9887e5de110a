/** Azure in memory without an engine, and a clock for it. */
import { AZURE_KINDS } from "../../infra/rehearsal/azure/resourceTypes/kinds.ts";
import { openCloud, type Vendors } from "../../infra/rehearsal/azure/controlPlane/cloud.ts";
import type { Properties } from "../../infra/rehearsal/azure/controlPlane/json.ts";
import { SCHEMA } from "./armStandIn.ts";

export const SUBSCRIPTION = "0c1f7a52-0000-4000-8000-00000000d001";
const SOMEBODY = "0c1f7a52-0000-4000-8000-00000000d003";
export const IN = { resourceGroupName: "rg-lamna" };

export function steady(): Vendors {
  return openCloud(
    {
      subscriptionId: SUBSCRIPTION,
      tenantId: SOMEBODY,
      deployer: { objectId: SOMEBODY, clientId: SOMEBODY },
      now: () => new Date(),
    },
    AZURE_KINDS,
    [SCHEMA],
  );
}

/** A clock that moves on only while everybody waits, and then to the time at which the first of them goes on. */
export function clock() {
  let milliseconds = 0;
  const waiting: { readonly at: number; readonly wake: () => void }[] = [];
  const goOn = () => {
    const next = waiting.toSorted((one, other) => one.at - other.at)[0];
    if (next === undefined) return;
    waiting.splice(waiting.indexOf(next), 1);
    milliseconds = Math.max(milliseconds, next.at);
    next.wake();
  };
  return {
    now: () => milliseconds,
    wait: (longer: number) =>
      new Promise<void>((resolve) => {
        waiting.push({ at: milliseconds + longer, wake: resolve });
        // Those who were woken go on before time passes further.
        setImmediate(() => setImmediate(goOn));
      }),
  };
}

export function make(vendors: Vendors, type: string, inputs: Properties) {
  const kind = vendors.kind("azure-native:" + type);
  if (kind === undefined) throw new Error("no kind " + type);
  return vendors.create(kind, inputs);
}
