/** Which connections a form has: a tick that is not set, and a connection that is not there, are sent alike. */
import type { TextsShown } from "./asSet.ts";

export const SHOWN = "connections";

export const FormShows = ({ connections }: Pick<TextsShown, "connections">) => (
  <input type="hidden" name={SHOWN} value={connections.map(({ id }) => id).join(" ")} />
);
