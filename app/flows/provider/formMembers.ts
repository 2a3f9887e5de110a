/** What a form of the clinician's pages says. A form that does not say all that it must changes nothing. */
import * as z from "zod";
import type { Visit } from "../../domain/visit.ts";
import { fault } from "./problems.ts";

/** The form as it was sent. */
export type Form = Readonly<Record<string, unknown>>;

/** A number of a person or of a link's generation. */
export const byteSchema = z
  .string()
  .regex(/^\d{1,3}$/)
  .transform(Number)
  .refine((byte) => byte <= 255);

/**
 * The members that the schema names. A member that is missing means that the page is older than this release, or that no page
 * has made the form; one that is there, and is not as the page makes it, means that it was changed on the way.
 * @throws Fault form-outdated, request-unreadable
 */
export function membersIn<S extends z.ZodObject>(schema: S, form: Form): z.output<S> {
  const read = schema.safeParse(form);
  if (read.success) return read.data;
  const lacks = read.error.issues.some(({ path: [name] }) => form[String(name)] === undefined);
  throw fault({ kind: lacks ? "form-outdated" : "request-unreadable" });
}

const wordsSchema = z.string().min(1).max(200);

/** One member that is a text of the page's own. @throws Fault form-outdated, request-unreadable */
export const textIn = (form: Form, name: string): string =>
  String(membersIn(z.object({ [name]: wordsSchema }), form)[name]);

/**
 * What every form that acts on a visit says of the visit that its page showed: which one it is, when it was to start, and its
 * record's random number, which changes with all of its links; that is empty where a record has none.
 */
export const visitShown = {
  visit: wordsSchema,
  start: z.iso.datetime().transform((text) => new Date(text)),
  epoch: z.string().regex(/^\d{0,12}$/),
};
type VisitShown = z.output<z.ZodObject<typeof visitShown>>;

/** What the form of a page says that shows the visit as it is now. */
export const shownOf = ({ id, start, epoch }: Pick<Visit, "id" | "start" | "epoch">) => ({
  visit: id,
  start: start.toISOString(),
  epoch: epoch === undefined ? "" : String(epoch),
});

/**
 * What the page says instead, where the visit is not as the form's page showed it: whoever looks at a page from before a move
 * means the visit at the time that they read there, and not next week's.
 */
export function otherThanShown(shown: VisitShown, visit: Visit): NotAsShown | undefined {
  const now = shownOf(visit);
  if (shown.visit !== now.visit) return { kind: "other-visit" };
  if (shown.start.getTime() !== visit.start.getTime()) return { kind: "visit-moved" };
  return shown.epoch === now.epoch ? undefined : { kind: "links-anew" };
}

interface NotAsShown {
  readonly kind: "other-visit" | "visit-moved" | "links-anew";
}
