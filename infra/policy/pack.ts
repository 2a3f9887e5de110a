/**
 * Starts the pack's process; the rules themselves are in policies.ts, which does nothing by being imported. Whichever host
 * runs it, the engine puts the stack's configuration into its environment, as it does for the program.
 */
import { PolicyPack } from "@pulumi/policy";
import { Config } from "@pulumi/pulumi";
import { policiesFor } from "./policies.ts";

new PolicyPack("teams-ehr-connector", {
  displayName: "Teams EHR connector: security and privacy",
  description: "What a hospital's security officer requires of a deployment of the connector.",
  provider: "azure",
  enforcementLevel: "mandatory",
  policies: [...policiesFor(new Config("teams-ehr-connector").getObject("connector"))],
});
