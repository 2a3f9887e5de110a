/** The members that we read of FHIR's smaller resources. Appointments and patients have files of their own. */
import * as z from "zod";
import { amount, listOf, text, words } from "../wire/members.ts";
import { reference } from "./concepts.ts";

export const encounterSchema = z.object({
  resourceType: z.literal("Encounter"),
  id: text.optional(),
  appointment: listOf(reference).default([]),
});

export const locationSchema = z.object({
  resourceType: z.literal("Location"),
  id: text.optional(),
  name: words.optional(),
  partOf: reference.optional(),
});

/** Each entry's resource is read by itself, so one that cannot be read does not affect the others. */
export const bundleSchema = z.object({
  resourceType: z.literal("Bundle"),
  total: amount.optional(),
  link: listOf(z.object({ relation: text.optional(), url: text.optional() })).default([]),
  entry: listOf(
    z.object({ resource: z.unknown().optional(), search: z.object({ mode: text.optional() }).optional() }),
  ).default([]),
});

export type Bundle = z.output<typeof bundleSchema>;
