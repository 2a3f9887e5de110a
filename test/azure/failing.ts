/** Lets operations of the in-memory Azure fail once, as a deployment sees it when a connection or a process dies. */
import { HalfDone } from "../../infra/protocol/provider.ts";
import type { Vendors } from "../../infra/rehearsal/azure/controlPlane/cloud.ts";
import type { CloudResource } from "../../infra/rehearsal/azure/controlPlane/model.ts";
import type { Properties } from "../../infra/rehearsal/azure/controlPlane/json.ts";

export interface Failure {
  /** Pulumi's type token. */
  readonly token: string;
  readonly operation: "create" | "update" | "delete";
  readonly message: string;
  /**
   * What the failure leaves: with `nothing`, nothing was done; with `reported`, it is half done and the engine is told so;
   * with `unreported`, it is done but the answer is lost, as when a process dies.
   */
  readonly leaves: "nothing" | "reported" | "unreported";
}

export interface Failing {
  /** Makes the next operation of a type fail. */
  failNext(failure: Failure): void;
  /** The vendors whose operations fail as they are told to. */
  readonly troubled: (vendors: Vendors) => Vendors;
}

export function failing(): Failing {
  const planned: Failure[] = [];

  /** Takes the failure that is planned for this operation; each happens once. */
  function take(token: string, operation: Failure["operation"]): Failure | undefined {
    const index = planned.findIndex((one) => one.token === token && one.operation === operation);
    const failure = index === -1 ? undefined : planned.splice(index, 1)[0];
    if (failure?.leaves === "nothing") throw new Error(failure.message);
    return failure;
  }

  async function written(
    { cloud }: Vendors,
    failure: Failure | undefined,
    inputs: Properties,
    write: () => Promise<CloudResource>,
  ): Promise<CloudResource> {
    const resource = await write();
    if (failure === undefined) return resource;
    const error = new Error(failure.message);
    throw failure.leaves === "reported"
      ? new HalfDone(error, resource.id, cloud.answer(resource), inputs)
      : error;
  }

  return {
    failNext: (failure) => void planned.push(failure),
    troubled: (vendors) => ({
      ...vendors,
      create: async (kind, inputs) =>
        written(vendors, take(kind.token, "create"), inputs, () => vendors.create(kind, inputs)),
      update: async (kind, id, inputs) =>
        written(vendors, take(kind.token, "update"), inputs, () => vendors.update(kind, id, inputs)),
      delete: async (id) => {
        const failure = take(vendors.cloud.find(id)?.token ?? "", "delete");
        await vendors.delete(id);
        if (failure !== undefined) throw new Error(failure.message);
      },
    }),
  };
}
