/** What a form of the clinician's pages says. A form that does not say all that it must changes nothing. */
import { z } from "zod";
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

/** Every form that acts on a visit names the visit that its page showed. */
export const visitShown = { visit: wordsSchema };
