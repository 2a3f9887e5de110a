import type { ConfiguredConnection, Department, Organization, VisitRules } from "../domain/hospital.ts";
import type { FhirBaseUrl } from "../domain/fhirBaseUrl.ts";

/** What the hospital has set up. The stack's word comes first; later, what a stack leaves out comes from the portal. */
export interface Hospital {
  readonly organization: Organization;
  readonly visitRules: VisitRules;
  connections(): Promise<readonly ConfiguredConnection[]>;
  connection(id: string): Promise<ConfiguredConnection | undefined>;
  connectionByUrl(url: FhirBaseUrl): Promise<ConfiguredConnection | undefined>;
  departments(connectionId: string): Promise<readonly Department[]>;
  department(id: string): Promise<Department | undefined>;
}
