/**
 * What the texts say about a deployment. Whoever has one, a stack file or the running connector, provides these facts about
 * it.
 */
import type { GraphFeatures } from "../graphPermissions.ts";
import type { Connection, Department, Organization } from "../hospital.ts";
import type { NumberOwner } from "../defaults.ts";
import type { Verification } from "../texting.ts";

export interface Deployment {
  /** The stack's name, as `pulumi stack output --stack` takes it. */
  readonly name: string;
  /** The hospital's short name, part of resource names. */
  readonly tenant: string;
  readonly environment: "test" | "production";
  readonly organization: Organization;
  /** The address of those who hear what the carriers decide; left out, the form has a gap there. */
  readonly ownersMail?: string | undefined;
  /** The hospital's own host name; left out, Azure makes one up. */
  readonly publicHost?: string | undefined;
  /** The hospital's own domain that mails come from; left out, Azure's is used. */
  readonly mailDomain?: string | undefined;
  /** Front Door stands before the site and lets everybody in; otherwise only listed addresses reach it. */
  readonly behindEdge: boolean;
  readonly microsoft: {
    /** The directory's tenant id. */
    readonly tenantId: string;
    readonly consent: "byPerson" | "granted";
    /** The hospital's own registration; left out, the program makes one. */
    readonly registration?: { readonly clientId: string } | undefined;
  };
  readonly subscriptionId: string;
  /** No address outside the deployment's own network may upload a package. */
  readonly deploysFromInside: boolean;
  /** Who runs `pulumi up`. */
  readonly deployers: readonly Deployer[];
  readonly features: GraphFeatures;
  readonly connections: readonly Connection[];
  readonly departments: readonly Department[];
  /** The number that texts will be sent from, where the hospital wants one: who gets it, and how far its verification is. */
  readonly wantedNumber?: { readonly from: NumberOwner; readonly verification: Verification } | undefined;
}

export interface Deployer {
  readonly objectId: string;
  readonly kind: "user" | "group" | "servicePrincipal";
}

/** The origin that people open, or a placeholder where Azure makes it up. */
export const publicUrlOf = ({ publicHost }: Deployment): string => "https://" + (publicHost ?? "<site>");
