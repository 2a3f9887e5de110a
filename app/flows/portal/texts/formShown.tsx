/** Which connections a form has. */
import type { TextsShown } from "./asSet.ts";
import { SHOWN } from "./typed.ts";

export const FormShows = ({ connections }: Pick<TextsShown, "connections">) => (
  <input type="hidden" name={SHOWN} value={connections.map(({ id }) => id).join(" ")} />
);
