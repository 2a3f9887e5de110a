/** Rules about Communication Services: the number, texts and mail. */
import { all, is, isAtMost, isProtected, isThere } from "../checks.ts";
import { CONTROLS } from "../controls.ts";
import { dataLocationViolations } from "../locations.ts";
import { at, items, said, UNKNOWN } from "../reading.ts";
import { rule, ruleInTwoHalves, type Check } from "../rule.ts";
import { SETTINGS } from "./siteSettings.ts";

const SERVICE = "azure-native:communication:CommunicationService";
const EMAIL = "azure-native:communication:EmailService";
const DOMAIN = "azure-native:communication:Domain";
const NUMBER = "ehr:index:PhoneNumber";

export const communicationRules = [
  rule(
    "EHR-ACS-01",
    {
      says: "Texts and mail are processed in the deployment's geography",
      severity: "critical",
      control: CONTROLS.minimumNecessary,
      remedy: "Set dataLocation to the geography's data location; it cannot be changed later.",
    },
    [SERVICE, EMAIL],
    ({ props, said: { geography } }) => dataLocationViolations(at(props, "dataLocation"), geography),
  ),
  rule(
    "EHR-ACS-02",
    {
      says: "Communication Services take no access keys",
      severity: "critical",
      control: CONTROLS.identity,
      remedy: "Set disableLocalAuth: true; the connector signs in by its managed identity.",
    },
    [SERVICE],
    is("disableLocalAuth", true),
  ),
  rule(
    "EHR-ACS-03",
    {
      says: "Communication Services have an identity",
      severity: "medium",
      control: CONTROLS.identity,
      remedy: 'Set identity.type to "SystemAssigned" or to "UserAssigned" with the deployment\'s identity.',
    },
    [SERVICE],
    is(
      "identity.type",
      "SystemAssigned",
      "UserAssigned",
      "SystemAssigned,UserAssigned",
      "SystemAssigned, UserAssigned",
    ),
  ),
  ruleInTwoHalves(
    "EHR-ACS-04",
    {
      says: "The number and its service cannot be deleted by mistake",
      severity: "critical",
      control: CONTROLS.recovery,
      remedy:
        "Give both the resource option protect: true (and retainOnDelete: true): a released toll-free number and its verification do not come back. A test deployment's service may go where no number hangs on it.",
    },
    [SERVICE, NUMBER],
    (resource) =>
      resource.type === NUMBER || resource.said.environment === "production" ? isProtected(resource) : [],
    (stack) =>
      stack
        .of(SERVICE)
        .filter(
          (service) =>
            !service.protect && stack.of(NUMBER).some((number) => number.needs().includes(service)),
        )
        .map((about) => ({ about, says: "a number hangs on it, and protect is not true" })),
  ),
  rule(
    "EHR-ACS-05",
    {
      says: "Patients are texted only with both consents and, in production, from a verified number",
      severity: "critical",
      control: CONTROLS.minimumNecessary,
      remedy:
        "Leave sms out of the stack until an administrator has given both consents (who, when), and sms.live until the carriers have approved the number; then say so in sms.consents and number.verification.",
    },
    SETTINGS,
    consents,
  ),
  rule(
    "EHR-ACS-06",
    {
      says: "Nobody watches what patients do with their mail",
      severity: "high",
      control: CONTROLS.minimumNecessary,
      remedy: 'Set userEngagementTracking: "Disabled"; it reports who opened and clicked what.',
    },
    [DOMAIN],
    all(is("userEngagementTracking", "Disabled"), is("domainManagement", "AzureManaged", "CustomerManaged")),
  ),
  rule(
    "EHR-ACS-07",
    {
      says: "The number is a toll-free one of the United States that only texts",
      severity: "medium",
      control: CONTROLS.riskManagement,
      remedy:
        'Set countryCode: "US", phoneNumberType: "tollFree", calling: "none", sms: "inbound+outbound" (or nobody can answer STOP) and the tag that adopts it; leave releaseOnDelete out.',
    },
    [NUMBER],
    all(
      is("countryCode", "US"),
      is("phoneNumberType", "tollFree"),
      is("calling", "none"),
      is("sms", "inbound+outbound"),
      isAtMost("releaseOnDelete", false),
      isThere("tag"),
    ),
  ),
];

const PERSON = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Texts are switched on where the connector's settings list connections whose patients are texted; then consents are needed.
 */
function consents(resource: Parameters<Check>[0]): readonly string[] {
  const setting = at(resource.props, "properties.CONNECTOR_TEXTING");
  if (setting === undefined) return [];
  const texting = parsed(setting);
  if (texting === undefined)
    return ["CONNECTOR_TEXTING " + (setting === UNKNOWN ? said(UNKNOWN) : "is not JSON")];
  const connections = items(texting, "connections");
  if (connections === UNKNOWN || connections.length === 0) return [];
  return [
    ...["sendOnBehalf", "attendeesConsent"].flatMap((consent) => {
      const [by, when] = [
        at(texting, "consents." + consent + ".by"),
        at(texting, "consents." + consent + ".at"),
      ];
      return typeof by === "string" &&
        PERSON.test(by) &&
        typeof when === "string" &&
        !Number.isNaN(Date.parse(when))
        ? []
        : ["the consent " + consent + " does not say who gave it, and when"];
    }),
    ...(at(texting, "live") === true ? verified(resource) : []),
  ];
}

/**
 * Until texts are live they reach staff only. The verification of a number that the portal got is known to the portal and is
 * in no setting.
 */
function verified({ props }: Parameters<Check>[0]): readonly string[] {
  const isTest = at(props, "properties.CONNECTOR_ENVIRONMENT") === "test";
  const isPortals = at(props, "properties.CONNECTOR_NUMBERS") === "portal";
  const verification = at(props, "properties.CONNECTOR_NUMBER_VERIFICATION");
  return isTest || isPortals || verification === "approved"
    ? []
    : [
        "the number's verification " +
          said(verification) +
          "; carriers block texts of a number that is not approved",
      ];
}

function parsed(setting: unknown): object | undefined {
  if (typeof setting !== "string") return undefined;
  try {
    const value: unknown = JSON.parse(setting);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
