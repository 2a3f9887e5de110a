/** Whoever administers nothing, or belongs elsewhere, at every address of the portal. */
import { describe } from "vitest";
import { asked, portalOfAll } from "./accessTable.ts";

const access = portalOfAll();

describe.each(["operator", "nobodySpecial", "guest", "stranger"] as const)("%s", (account) => {
  asked(access, account);
});
