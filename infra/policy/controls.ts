/** The requirements that rules meet: HIPAA's Security and Privacy Rules, each with its HITRUST CSF reference. */
import type { PolicyComplianceFramework } from "@pulumi/policy";

const requirement = (section: string, what: string, hitrust: string): PolicyComplianceFramework => ({
  name: "HIPAA",
  version: "45 CFR Part 164",
  reference: section,
  specification: what + "; HITRUST CSF v11.3 " + hitrust,
});

export const CONTROLS = {
  riskManagement: requirement("164.308(a)(1)(ii)(B)", "Risk management", "10.k Change Control Procedures"),
  activityReview: requirement(
    "164.308(a)(1)(ii)(D)",
    "Information system activity review",
    "09.ab Monitoring System Use",
  ),
  leastPrivilege: requirement("164.308(a)(4)(ii)(B)", "Access authorization", "01.c Privilege Management"),
  malware: requirement(
    "164.308(a)(5)(ii)(B)",
    "Protection from malicious software",
    "09.j Controls Against Malicious Code",
  ),
  incidents: requirement(
    "164.308(a)(6)(ii)",
    "Response and reporting",
    "11.a Reporting Information Security Events",
  ),
  backup: requirement("164.308(a)(7)(ii)(A)", "Data backup plan", "09.l Back-up"),
  recovery: requirement(
    "164.308(a)(7)(ii)(B)",
    "Disaster recovery plan",
    "12.c Developing and Implementing Continuity Plans",
  ),
  inventory: requirement("164.310(d)(2)(iii)", "Accountability", "07.a Inventory of Assets"),
  access: requirement("164.312(a)(1)", "Access control", "01.v Information Access Restriction"),
  network: requirement("164.312(a)(1)", "Access control", "01.n Network Connection Control"),
  identity: requirement(
    "164.312(a)(2)(i)",
    "Unique user identification",
    "01.q User Identification and Authentication",
  ),
  encryption: requirement("164.312(a)(2)(iv)", "Encryption and decryption", "10.g Key Management"),
  audit: requirement("164.312(b)", "Audit controls", "09.aa Audit Logging"),
  integrity: requirement("164.312(c)(1)", "Integrity", "10.c Control of Internal Processing"),
  authentication: requirement(
    "164.312(d)",
    "Person or entity authentication",
    "01.j User Authentication for External Connections",
  ),
  transmission: requirement("164.312(e)(1)", "Transmission security", "09.m Network Controls"),
  transmissionEncryption: requirement(
    "164.312(e)(2)(ii)",
    "Encryption in transit",
    "09.s Information Exchange Policies and Procedures",
  ),
  minimumNecessary: requirement(
    "164.502(b)",
    "Minimum necessary",
    "06.d Data Protection and Privacy of Covered Information",
  ),
  retention: requirement("164.316(b)(2)(i)", "Time limit", "06.c Protection of Organizational Records"),
} as const;
