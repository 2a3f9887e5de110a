/**
 * What a patient's or guest's link stands for: which visit and person, whether it leads there now, and where the visit
 * takes place.
 */
import { linkState, type KnownVisit, type LinkState, type Person } from "../../domain/visit.ts";
import type { Department } from "../../domain/hospital.ts";
import type { Language } from "../../web/language.ts";
import type { Hospital } from "../../records/hospital.ts";
import { departmentOfVisit } from "../../records/visitDepartment.ts";
import type { LinkPicks } from "./parts.ts";

/** What a link stands for at this moment. */
export type Link =
  /** Not a link of ours, or cut off. */
  | { readonly state: "unknown" }
  /** The link is ours, and its visit is past for so long that nothing of it is kept. */
  | { readonly state: "forgotten" }
  /** The link is ours, and an administrator has deleted its visit. */
  | { readonly state: "deleted" }
  | { readonly state: LinkState; readonly visit: KnownVisit; readonly person: number };

/** A link that leads to its visit, now or soon. */
export interface LivingLink {
  readonly token: string;
  readonly state: "open" | "early";
  readonly visit: KnownVisit;
  /** The number of whose link it is. */
  readonly person: number;
  readonly role: JoiningRole;
}

/** The roles of those who join without an account. Colleagues sign in first, at an address of their own. */
export type JoiningRole = Exclude<Person["role"], "colleague">;

/**
 * What a token stands for now. The token is verified before the store is asked, and where there is a visit, the store is
 * asked only once.
 */
export async function findLink({ visits, hospital, now }: LinkPicks, token: string): Promise<Link> {
  const claims = visits.claims(token);
  if (claims === undefined) return { state: "unknown" };
  const visit = await visits.ofLink(claims.visit);
  if (visit === undefined) return { state: (await visits.isDeleted(claims.visit)) ? "deleted" : "forgotten" };
  return { state: linkState(visit, claims, hospital.visitRules, now()), visit, person: claims.person };
}

export function roleOf({ visit, person }: { visit: KnownVisit; person: number }): Person["role"] {
  return visit.people.find(({ number }) => number === person)?.role ?? "guest";
}

/** Whom to call: the department, or the hospital when none is known. */
export type Contact = Pick<Department, "name" | "nameEs" | "phone">;

export function nameOf({ name, nameEs = name }: Contact, language: Language): string {
  return language === "es" ? nameEs : name;
}

/** Where a visit takes place, as far as it is known. */
export interface VisitContext {
  readonly contact: Contact;
  /** The time zone of the department; of one that was removed, see departmentOfVisit (records/visitDepartment.ts). */
  readonly zone: string;
  readonly isTest: boolean;
}

export async function visitContextOf(hospital: Hospital, link: Link | LivingLink): Promise<VisitContext> {
  if (!("visit" in link)) return { contact: hospital.organization, zone: "UTC", isTest: false };
  const { department } = await departmentOfVisit(hospital, link.visit);
  const connection = await hospital.connection(link.visit.connectionId);
  return {
    contact: department,
    zone: department.timeZone,
    isTest: connection?.environment === "test",
  };
}
