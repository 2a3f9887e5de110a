/** What Millennium allows a PATCH of an appointment to change, and how it refuses the rest. */
import type { WithId } from "@medplum/core";
import type { Appointment } from "@medplum/fhirtypes";
import * as z from "zod";
import type { FaultMenu } from "../faults.ts";
import { outcome } from "./outcomes.ts";
import { operationsSchema, type PatchOperation } from "./patchOperations.ts";
import { isAboutLinks, withLinks } from "./videoLinks.ts";

/** Changes of status that Millennium allows by PATCH. All others are made in PowerChart only. */
const MOVES: Partial<Record<Appointment["status"], readonly Appointment["status"][]>> = {
  proposed: ["booked", "cancelled"],
  booked: ["arrived", "checked-in", "cancelled"],
  arrived: ["checked-in", "cancelled"],
  "checked-in": ["fulfilled", "cancelled"],
};

const reasonSchema = z.looseObject({
  coding: z.tuple([z.looseObject({ system: z.string(), code: z.string() })]),
});
const extensionsSchema = z.array(
  z.looseObject({ url: z.string().endsWith("/action-comment"), valueString: z.string() }),
);

/** The appointment after a JSON Patch, or Millennium's refusal. `ifMatch` is the header as it was sent. */
export function patched(
  faults: FaultMenu,
  appointment: WithId<Appointment>,
  ifMatch: string | undefined,
  body: unknown,
): WithId<Appointment> {
  if (ifMatch === undefined || faults.isOn("preconditionFailed"))
    throw outcome(412, "conflict", "If-Match must name the current version");
  if (ifMatch !== etagOf(appointment))
    throw outcome(409, "conflict", "The resource was changed by somebody else");
  const operations = operationsSchema.safeParse(body);
  if (!operations.success) throw outcome(400, "structure", "The body is not a JSON Patch");
  if (faults.isOn("locked")) throw outcome(423, "lock-error", "The appointment is open for change elsewhere");
  const changed = isAboutLinks(operations.data)
    ? withLinks(appointment, operations.data)
    : withStatus(appointment, operations.data);
  if (faults.isOn("associationFailed"))
    throw outcome(424, "processing", "The encounter could not be associated");
  return changed;
}

export function etagOf({ meta }: { readonly meta?: { readonly versionId?: string } }): string {
  return `W/"${meta?.versionId ?? ""}"`;
}

function withStatus(
  appointment: WithId<Appointment>,
  operations: readonly PatchOperation[],
): WithId<Appointment> {
  const said = new Map(operations.map((each) => [`${each.op} ${each.path}`, each.value]));
  const status = operations.find(({ op, path }) => op === "replace" && path === "/status")?.value;
  const target = MOVES[appointment.status]?.find((each) => each === status);
  if (target === undefined)
    throw outcome(422, "business-rule", `From ${appointment.status} this change is not supported`, "/status");
  const allowed = new Map([
    ["cancelled", ["add /cancelationReason", "replace /extension"]],
    ["booked", ["add /slot"]],
  ]).get(target);
  const others = [...said.keys()].filter((each) => each !== "replace /status");
  const surplus = others.find((each) => !(allowed ?? []).includes(each));
  if (surplus !== undefined || said.size !== operations.length)
    throw outcome(422, "business-rule", "An operation is not supported", surplus?.split(" ")[1] ?? "/status");
  if (target === "booked") throw outcome(422, "business-rule", "The slot is not free", "/slot");
  if (target !== "cancelled") return { ...appointment, status: target };
  const reason = reasonSchema.safeParse(said.get("add /cancelationReason"));
  if (!reason.success)
    throw outcome(422, "business-rule", "A cancelation needs a coded reason", "/cancelationReason");
  const { system, code } = reason.data.coding[0];
  return {
    ...appointment,
    status: "cancelled",
    cancelationReason: { coding: [{ system, code }] },
    ...(said.has("replace /extension") ? { extension: comments(said.get("replace /extension")) } : {}),
  };
}

function comments(value: unknown): { url: string; valueString: string }[] {
  const read = extensionsSchema.safeParse(value);
  if (!read.success) throw outcome(422, "business-rule", "Only action-comment is supported", "/extension");
  return read.data.map(({ url, valueString }) => ({ url, valueString }));
}
