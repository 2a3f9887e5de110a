import type { ReportViolation, ResourceValidationArgs } from "@pulumi/policy";
import { expect, test } from "vitest";
import { judge, judgeBy, UNKNOWN_VALUE } from "./judge.ts";
import { edited, put, shown, type Scene } from "./scene.ts";
import { production, withOthers } from "./sound.ts";

/** Values for which a rule must decide in a preview, before anything is made. */
const LITERALS: readonly (readonly [resource: string, path: string, rule: string])[] = [
  ["site", "httpsOnly", "EHR-WEB-01"],
  ["site", "siteConfig", "EHR-WEB-02"],
  ["slot", "siteConfig.ftpsState", "EHR-WEB-04"],
  ["site", "siteConfig.ipSecurityRestrictions", "EHR-WEB-17"],
  ["site", "siteConfig.ipSecurityRestrictions.1.ipAddress", "EHR-WEB-17"],
  ["siteSettings", "properties.PACKAGE_DIGEST", "EHR-WEB-21"],
  ["siteSettings", "properties.CONNECTOR_ENVIRONMENT", "EHR-WEB-29"],
  ["siteSettings", "properties.CONNECTOR_TEXTING", "EHR-ACS-05"],
  ["siteSettings", "properties", "EHR-WEB-29"],
  ["account", "disableLocalAuth", "EHR-COS-01"],
  ["account", "locations", "EHR-COS-07"],
  ["account", "locations.0.locationName", "EHR-COS-07"],
  ["account", "tags", "EHR-GEN-01"],
  ["dataRole", "permissions.0.dataActions", "EHR-COS-14"],
  ["vault", "properties", "EHR-KV-01"],
  ["wrappingKey", "properties.keyOps", "EHR-KV-08"],
  ["storage", "allowSharedKeyAccess", "EHR-STO-03"],
  ["storage", "networkRuleSet.ipRules", "EHR-STO-04"],
  ["communication", "dataLocation", "EHR-ACS-01"],
  ["subscription", "retryPolicy", "EHR-EG-02"],
  ["log-site", "logs", "EHR-LOG-01"],
  ["workspace", "location", "EHR-GEN-02"],
  ["securityGroup", "securityRules", "EHR-NET-02"],
  ["firewall", "managedRules.managedRuleSets", "EHR-WAF-01"],
  ["profile", "logScrubbing.scrubbingRules", "EHR-FD-01"],
  ["application", "requiredResourceAccesses", "EHR-ID-03"],
  ["credential", "issuer", "EHR-ID-02"],
  ["messageRole", "permissions", "EHR-ID-05"],
  ["budget", "notifications", "EHR-GEN-05"],
];

const judged = (scene: Scene) => judge(shown(scene, { preview: true }), scene.said);

test.each(LITERALS)("%s %s that a preview does not know is refused by %s", async (resource, path, rule) => {
  const violations = await judged(edited(withOthers, put(resource, path, UNKNOWN_VALUE)));
  expect(violations).toContainEqual(
    expect.objectContaining({ policy: rule, level: "mandatory", undecided: false }),
  );
});

test("whatever a preview does not know of a resource, no rule gives up", async () => {
  const resources = shown(production, { preview: true });
  const nothing = resources.map((one) => ({
    ...one,
    props: Object.fromEntries(Object.keys(one.props).map((property) => [property, UNKNOWN_VALUE])),
  }));
  const violations = await judge(nothing, production.said);
  expect(violations.filter(({ undecided }) => undecided)).toEqual([]);
});

test("a rule that touches what a preview does not know is reported as undecided", async () => {
  const scene = edited(production, put("site", "httpsOnly", UNKNOWN_VALUE));
  const careless = {
    name: "careless",
    description: "reads without asking",
    validateResource: ({ props }: ResourceValidationArgs, report: ReportViolation) => {
      if (props["httpsOnly"] === false) report("never said");
    },
  } as const;
  const [first] = await judgeBy([careless], shown(scene, { preview: true }));
  expect(first).toMatchObject({ policy: "careless", level: "advisory", undecided: true });
});
