/** Starts the pack's process; the rules themselves are in policies.ts, which does nothing by being imported. */
import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies.ts";

new PolicyPack("teams-ehr-connector", {
  displayName: "Teams EHR connector: security and privacy",
  description: "What a hospital's security officer requires of a deployment of the connector.",
  provider: "azure",
  enforcementLevel: "mandatory",
  policies: [...policies],
});
