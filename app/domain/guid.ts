import { z } from "zod";

/** An id of Azure's or Entra's. Both write it in lower case, in tokens too, where it is compared letter by letter. */
export const guid = (must: string) =>
  z.guid(`must be ${must}, a GUID such as 7d0c5a1e-0000-4000-8000-00000000a001`).toLowerCase();

/** Of somebody or something in Entra. */
export const objectId = guid("an object id of the hospital's directory");
