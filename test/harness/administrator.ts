/** Somebody who signs in to the portal with a Microsoft account of the sandbox. */
import { PATHS } from "../../app/domain/addresses.ts";
import type { Deployment } from "./deployment.ts";
import { type Person, type Page } from "./person.ts";

/** Accounts of the sandbox's people (app/sandbox/microsoft/people.ts), named by what they may do in the portal. */
export const PORTAL_ACCOUNTS = {
  globalAdministrator: "7d0c5a1e-0000-4000-8000-00000000b009",
  administrator: "7d0c5a1e-0000-4000-8000-00000000b010",
  reportReader: "7d0c5a1e-0000-4000-8000-00000000b011",
  departmentManager: "7d0c5a1e-0000-4000-8000-00000000b012",
  operator: "7d0c5a1e-0000-4000-8000-00000000b013",
  nobodySpecial: "7d0c5a1e-0000-4000-8000-00000000b014",
  guest: "7d0c5a1e-0000-4000-8000-00000000c001",
  stranger: "cccccccc-0000-4000-8000-00000000d001",
} as const;

/** A second Global Administrator, who approves what the first has proposed. */
export const SECOND_GLOBAL_ADMINISTRATOR = "7d0c5a1e-0000-4000-8000-00000000b015";

export type PortalAccount = keyof typeof PORTAL_ACCOUNTS;

/** Signs in to the portal, and returns the page to which that leads. */
export async function signInToPortal(
  { url }: Pick<Deployment, "url">,
  person: Person,
  account: PortalAccount | "secondGlobalAdministrator",
  page: string = PATHS.portal,
): Promise<Page> {
  const query = new URLSearchParams({ account: "other", page });
  const picker = await person.open(`${url}${PATHS.portal}/sign-in?${query.toString()}`);
  const objectId =
    account === "secondGlobalAdministrator" ? SECOND_GLOBAL_ADMINISTRATOR : PORTAL_ACCOUNTS[account];
  return person.send(picker.url, { account: objectId });
}
