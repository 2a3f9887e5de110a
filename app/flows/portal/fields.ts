/**
 * The fields of the portal's forms: reads what was sent, and has the form in which their faults are told. Whatever a browser
 * sends is text or a list of texts; anything else counts as left out.
 */
import type { Request } from "express";
import * as z from "zod";
import { withMarks } from "../../domain/unseen.ts";
import { SIGNED_IN_AS } from "./postForm.tsx";

const bodyOf = z.record(z.string(), z.unknown()).catch({});

/** What is wrong with each field of a form, in a sentence for the person who filled it in. */
export type FieldFaults<Field extends string = string> = Readonly<Partial<Record<Field, string>>>;

/** A field of a form that was sent; empty where it was left out. */
export function fieldOf({ body }: Pick<Request, "body">, name: string): string {
  const value = bodyOf.parse(body)[name];
  return typeof value === "string" ? value.replaceAll("\r\n", "\n").trim() : "";
}

/** The most characters of a reason that somebody gives for what they do. */
export const LONGEST_REASON = 400;

/** The reason that was sent, fit to be kept in the audit trail and shown there; empty where it was left out. */
export const reasonIn = (request: Pick<Request, "body">): string =>
  withMarks(fieldOf(request, "reason").slice(0, LONGEST_REASON));

/** The names of the fields that were sent, each as often as it was, but for the one that every form of the portal has. */
export const namesIn = ({ body }: Pick<Request, "body">): readonly string[] =>
  Object.entries(bodyOf.parse(body))
    .filter(([name]) => name !== SIGNED_IN_AS)
    .flatMap(([name, value]) => [value].flat().map(() => name));

/** All values that were ticked under a name. */
export const tickedIn = ({ body }: Pick<Request, "body">, name: string): readonly string[] =>
  [bodyOf.parse(body)[name]].flat().filter((value) => typeof value === "string");

/** The revision that the form showed; 0 if it has none. */
export function revisionIn(request: Pick<Request, "body">, name = "revision"): number {
  const text = fieldOf(request, name);
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
}
