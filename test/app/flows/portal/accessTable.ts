/** Every address of the portal, asked by anybody: what the tests of who is let in have in common. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { PATHS } from "../../../../app/domain/addresses.ts";
import { rightsOf } from "../../../../app/domain/portalRights.ts";
import { ADDRESSES, type PortalAddress } from "../../../../app/flows/portal/addresses.ts";
import { PORTAL_ACCOUNTS, signInToPortal, type PortalAccount } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";
import { heading } from "../provider/otherChart.ts";

export const roles: Readonly<Record<PortalAccount, Parameters<typeof rightsOf>[0] | undefined>> = {
  globalAdministrator: { appRoles: [], directoryRoles: ["62e90394-69f5-4237-9190-012177145e10"] },
  administrator: { appRoles: ["Connector.Admin"] },
  reportReader: { appRoles: ["Connector.ReportReader"] },
  departmentManager: { appRoles: ["Connector.DepartmentManager"] },
  operator: { appRoles: ["Connector.Operator"] },
  nobodySpecial: { appRoles: [] },
  guest: undefined,
  stranger: undefined,
};
export const guarded = Object.entries(ADDRESSES as Readonly<Record<string, PortalAddress>>).filter(
  ([, { needs, by }]) => needs !== "anybody" && by === undefined,
);

export interface Access {
  readonly deployment: () => Deployment;
  /** Where each account's sign-in ended. */
  readonly landed: ReadonlyMap<PortalAccount, Page>;
  readonly someone: (account: PortalAccount) => Person;
  readonly ask: (person: Person, address: PortalAddress, headers?: Record<string, string>) => Promise<Page>;
}

/**
 * A deployment at which every account has signed in, for the tests of one file: a connector takes so many requests a minute
 * from one address, so the table is asked in several.
 */
export function portalOfAll(): Access {
  let deployment: Deployment;
  const people = new Map<PortalAccount, Person>();
  const landed = new Map<PortalAccount, Page>();
  beforeAll(async () => {
    deployment = await startDeployment({
      stack: (all) => ({ ...all, approvals: { testOverride: true } }),
    });
    for (const account of Object.keys(PORTAL_ACCOUNTS) as PortalAccount[]) {
      const person = new Person();
      people.set(account, person);
      landed.set(account, await signInToPortal(deployment, person, account));
    }
  });
  afterAll(() => deployment.stop());
  return {
    deployment: () => deployment,
    landed,
    someone(account) {
      const person = people.get(account);
      if (person === undefined) throw new Error("nobody is " + account);
      return person;
    },
    ask(person, { method, path }, headers = {}) {
      const address =
        deployment.url +
        PATHS.portal +
        path.replace(":id", path.startsWith("/departments") ? "cardiology" : "lamna");
      return method === "get" ? person.open(address) : person.send(address, {}, headers);
    },
  };
}

/** One account at one address. */
export function asked({ ask, someone }: Access, account: PortalAccount): void {
  test.each(guarded)("at %s", async (_name, address) => {
    const page = await ask(someone(account), address);
    const proved = roles[account];
    const isLetIn = proved !== undefined && rightsOf(proved).some((right) => address.needs.includes(right));
    // A form that was sent empty may be refused, in the page's own words.
    if (isLetIn) expect([401, 403, 404, 500]).not.toContain(page.status);
    else if (proved === undefined)
      expect([page.status, heading(page)]).toEqual([401, "Sign in to the portal"]);
    else {
      expect([page.status, heading(page)]).toEqual([403, "Your account has no role for this page"]);
      expect(page.html).toMatch(/Connector\.\w+|Global Administrator/);
    }
  });
}
