/** The fields of a connection's form. */
import { fieldsOf } from "../inputs.tsx";
import { FIELDS } from "./form.ts";

export const { Text, Lines, Choice } = fieldsOf(FIELDS);
