/** The schemas of ids that Azure or Entra made. */
import * as z from "zod";

/** An id that Azure or Entra made. Both write it in lower case, also in tokens, where it is compared letter by letter. */
export const guid = (must: string) =>
  z
    .guid({ error: ({ input }) => wordsOf(must, input) })
    // The nil UUID (RFC 9562, section 5.9) stands in templates, and names nothing.
    .refine((id) => !/^[0-]+$/.test(id), `must be ${must}, and not the zeros that stand in a template`)
    .toLowerCase();

const wordsOf = (must: string, input: unknown): string =>
  `must be ${must}, a GUID such as 7d0c5a1e-0000-4000-8000-00000000a001${hintFor(input)}`;

/** PowerShell and the registry show GUIDs in braces, which YAML reads as a group where they have no quotes. */
function hintFor(input: unknown): string {
  if (Array.isArray(input)) return "; one id belongs here, and no list";
  const isBraced =
    typeof input === "string" ? /^\{.*\}$/u.test(input) : typeof input === "object" && input !== null;
  return isBraced ? "; leave its braces out" : "";
}

/** The id of a person or thing in Entra. */
export const objectId = guid("an object id of the hospital's directory");
