/**
 * Starts the pack's process. The rules themselves are in policies.ts, which can be imported without any effect. The engine
 * puts the stack's configuration into the process's environment, as it does for the program.
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
