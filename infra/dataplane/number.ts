/** The deployment's phone number: adopted or bought, changed in place, and never given back by accident. */
import * as z from "zod";
import {
  NumberFault,
  openNumbers,
  type Numbers,
  type OwnedNumber,
  type PurchaseStep,
} from "../../app/adapters/acs/numbers.ts";
import { AREA_CODES } from "../../app/domain/texting.ts";
import { httpsOrigin, inputsOf, misfits, origin } from "./checking.ts";
import { untilRoleWorks } from "./patience.ts";
import { isKnown, UNKNOWN, type Properties } from "./properties.ts";
import type { Call, Resource } from "./resource.ts";

const capability = z.enum(["none", "inbound", "outbound", "inbound+outbound"]);
const schema = z.strictObject({
  endpoint: httpsOrigin,
  countryCode: z.literal("US", "must be US: Microsoft sells numbers that text nowhere else"),
  phoneNumberType: z.literal("tollFree", "must be tollFree: only these take texts"),
  areaCode: z.enum(AREA_CODES).optional(),
  sms: capability,
  calling: capability,
  tag: z.string().min(1),
  releaseOnDelete: z.boolean().default(false),
});

/** Properties that a number keeps for its whole life. */
const KEPT = ["countryCode", "phoneNumberType"] as const;

const SAID: Record<PurchaseStep, string> = {
  adopted: "The resource has a number already; it is adopted.",
  looking: "Looking for a number to buy …",
  reserved: "A number is reserved …",
  expired: "A number that was reserved earlier has run out; another one is looked for …",
  buying: "Microsoft is processing the purchase …",
  bought: "The number is bought.",
  changing: "Its capabilities are changed …",
};

export const phoneNumber: Resource = {
  token: "ehr:index:PhoneNumber",

  check: (inputs) => Promise.resolve(misfits(schema, inputs)),

  diff: (before, inputs) => {
    for (const name of KEPT) if (isOther(before[name], inputs[name])) throw new Error(staysAsItIs(name));
    if (isOther(address(before["endpoint"]), address(inputs["endpoint"]))) throw new Error(MOVES_NOT);
    const updates = ["sms", "calling"].filter((name) => isOther(before[name], inputs[name]));
    return { updates, replaces: [] };
  },

  preview: (inputs, before) => ({
    phoneNumber: before["phoneNumber"] ?? UNKNOWN,
    sms: inputs["sms"],
    calling: inputs["calling"],
    purchasedAt: before["purchasedAt"] ?? UNKNOWN,
  }),

  create: async (inputs, call) => {
    const { endpoint, sms, calling, countryCode, phoneNumberType, areaCode } = inputsOf(schema, inputs);
    const wanted = {
      countryCode,
      phoneNumberType,
      sms,
      calling,
      ...(areaCode !== undefined && { areaCode }),
    };
    const progress = (step: PurchaseStep) => call.say(SAID[step]);
    const run = { signal: call.signal, progress };
    const number = await untilRoleWorks(call, lacksRole, () => numbersAt(endpoint, call).have(wanted, run));
    return { id: number.phoneNumber, outputs: outputs(number) };
  },

  read: async (id, inputs, _outputs, call) => {
    const at = /^(?<endpoint>https:\/\/[^/]+)\/phoneNumbers\/(?<number>\+\d+)$/.exec(id)?.groups;
    const endpoint = at?.["endpoint"] ?? inputs["endpoint"];
    const written = at?.["number"] ?? id;
    if (typeof endpoint !== "string") throw new Error(IMPORT_ID);
    const number = await numbersAt(endpoint, call).find(written, { signal: call.signal });
    if (number === undefined) return undefined;
    const { sms, calling, countryCode, phoneNumberType } = number;
    const seen = { ...inputs, endpoint, countryCode, phoneNumberType, sms, calling };
    return { id: number.phoneNumber, outputs: outputs(number), inputs: seen };
  },

  update: async (id, inputs, call) => {
    const { endpoint, sms, calling } = inputsOf(schema, inputs);
    call.say(SAID.changing);
    return outputs(await numbersAt(endpoint, call).change(id, { sms, calling }, { signal: call.signal }));
  },

  delete: async (id, inputs, call) => {
    if (inputs["releaseOnDelete"] !== true) call.warn(kept(id));
    else await numbersAt(String(inputs["endpoint"]), call).release(id, { signal: call.signal });
  },
};

function numbersAt(endpoint: string, { credential, now, wait }: Call): Numbers {
  return openNumbers({ endpoint: origin(endpoint), credential, now, wait });
}

function outputs({ phoneNumber: number, sms, calling, purchasedAt }: OwnedNumber): Properties {
  return { phoneNumber: number, sms, calling, purchasedAt: purchasedAt.toISOString() };
}

function lacksRole(error: unknown): boolean {
  return error instanceof NumberFault && error.kind === "role";
}

/** Whether both values are known and differ. A value that an import could not read differs from nothing. */
function isOther(before: unknown, wanted: unknown): boolean {
  return before !== undefined && isKnown(before) && isKnown(wanted) && before !== wanted;
}

function address(endpoint: unknown): unknown {
  return typeof endpoint === "string" && URL.canParse(endpoint) ? origin(endpoint) : endpoint;
}

function staysAsItIs(name: string): string {
  return `A number keeps its ${name} for life. For another number, take this one out of the stack's state (pulumi state delete), and run again; Azure sells one number to a tenant unless it was asked for more.`;
}

const MOVES_NOT =
  "The number belongs to another Communication Services resource, and numbers do not move. Keep that resource (import it), or take the number out of the stack's state (pulumi state delete) and run again to have one at the new resource.";

const IMPORT_ID =
  "Import a number as https://<resource>.communication.azure.com/phoneNumbers/+18335550100, with the resource's own endpoint.";

function kept(number: string): string {
  return `${number} was left as it is: it still belongs to the Communication Services resource and is still charged. The next pulumi up adopts it. To give it up for good, open that resource in the Azure portal, Phone numbers, and release it there.`;
}
