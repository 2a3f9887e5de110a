/** The schemas of ids that Azure or Entra made. */
import { z } from "zod";

/** An id that Azure or Entra made. Both write it in lower case, also in tokens, where it is compared letter by letter. */
export const guid = (must: string) =>
  z.guid(`must be ${must}, a GUID such as 7d0c5a1e-0000-4000-8000-00000000a001`).toLowerCase();

/** The id of a person or thing in Entra. */
export const objectId = guid("an object id of the hospital's directory");
