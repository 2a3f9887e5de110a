/**
 * Every address of the portal, with the method that it takes and the right that it needs: the one table that routes are made
 * from, and that a test tries as every kind of person.
 */
import { PATHS } from "../../domain/addresses.ts";
import type { PortalRight } from "../../domain/portalRights.ts";

export interface PortalAddress {
  readonly method: "get" | "post";
  /** Below {@link PATHS.portal}; parameters as Express writes them. */
  readonly path: string;
  /** `anybody`: whoever comes, signed in or not. A list: one of them is enough. */
  readonly needs: "anybody" | readonly [PortalRight, ...PortalRight[]];
}

export const ADDRESSES = {
  home: { method: "get", path: "", needs: ["configure"] },
  audit: { method: "get", path: "/audit", needs: ["configure"] },
  auditCsv: { method: "post", path: "/audit.csv", needs: ["configure"] },
  auditJson: { method: "post", path: "/audit.json", needs: ["configure"] },
  reports: { method: "get", path: "/reports", needs: ["report", "departments"] },
  signIn: { method: "get", path: "/sign-in", needs: "anybody" },
  signOut: { method: "post", path: "/sign-out", needs: "anybody" },
} as const satisfies Readonly<Record<string, PortalAddress>>;

export type PortalPageName = keyof typeof ADDRESSES;

/** The whole path of an address without parameters. */
export const portalPath = (name: PortalPageName): string => PATHS.portal + ADDRESSES[name].path;
