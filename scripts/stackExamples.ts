/** Examples for stacks/README.md. Each is parsed as a stack file when the page is written, so that none can be wrong. */
import { parse } from "yaml";
import { parseStack } from "../infra/stack.ts";

interface Example {
  readonly title: string;
  readonly words: string;
  readonly yaml: string;
  /** Titles of the examples to which it is added; left out for an example that is a whole stack. */
  readonly addedTo?: readonly string[];
}

const EXAMPLES: readonly Example[] = [
  {
    title: "A test deployment",
    words:
      "The least that comes up. Ids are the ones that Azure and Entra show: subscription, directory (tenant), and object id of whoever runs `pulumi up`. Addresses are public IPv4 ones.",
    yaml: `
tenant: contoso
environment: test
geography: americas
owners:
  team: Virtual Care
  email: virtual-care@contoso.example
azure:
  subscriptionId: 0c1f7a52-0000-4000-8000-00000000d002
microsoft:
  tenantId: aaaaaaaa-0000-4000-8000-000000000002
organization:
  name: Contoso Hospital
  phone: (202) 555-0100
network:
  allow: [198.51.100.0/24]
deployers:
  - objectId: 7d0c5a1e-0000-4000-8000-00000000d0e2
    kind: user
deployFrom: [203.0.113.10]`,
  },
  {
    title: "A chart system and a department",
    words:
      "What a visit needs. `provider` may be missing until Oracle has registered the app: `pulumi stack output integrationRecords` says what to register. The key is made by `pulumi up`. `locations` are FHIR Location ids; `organizer` is the object id of an account with a Teams license that belongs to nobody. A department with many visits may list several as `organizers` instead.",
    addedTo: ["A test deployment"],
    yaml: `
connections:
  - id: contoso-test
    name: Contoso (test domain)
    fhirBaseUrl: https://fhir-ehr-code.cerner.com/r4/ec2458f2-1e24-41c8-b71b-0e701af7583d
    environment: test
    provider:
      clientId: 91c4d7e8-0000-4000-8000-0000000c0001
      authentication:
        method: private_key_jwt
        key: fhir-contoso-test
departments:
  - id: cardiology
    name: Contoso Cardiology
    phone: (202) 555-0142
    timeZone: America/Chicago
    connection: contoso-test
    locations: ["21000102"]
    organizer: 7d0c5a1e-0000-4000-8000-00000000a001`,
  },
  {
    title: "Production",
    words:
      "What it needs beyond a test deployment: a host name, a package that test has run, the test stack's name, a budget. It has Front Door by itself, so it has no `network.allow`; its connections are of `environment: production`, or `test` beside them.",
    yaml: `
tenant: contoso
environment: production
geography: americas
owners:
  team: Virtual Care
  email: virtual-care@contoso.example
azure:
  subscriptionId: 0c1f7a52-0000-4000-8000-00000000d002
microsoft:
  tenantId: aaaaaaaa-0000-4000-8000-000000000002
organization:
  name: Contoso Hospital
  phone: (202) 555-0100
publicHost: visits.contoso.example
network:
  addressSpace: 10.64.2.0/23
deployers:
  - objectId: 7d0c5a1e-0000-4000-8000-00000000d0e3
    kind: servicePrincipal
deployFrom: [203.0.113.10]
release:
  site: "5e3f1c0a9d8b7e6f5a4c3b2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f"
testStack:
  stack: contoso-test
budget:
  monthlyAmount: 1500
  from: "2026-12"`,
  },
  {
    title: "Texts",
    words:
      "Both consents, each with the global administrator who gave it, and the only ones who are texted by a test deployment. The connection's system client reads its appointments; the key is made by `pulumi up`. The number is got in the portal, or by the stack that has `number`.",
    addedTo: ["A test deployment"],
    yaml: `
connections:
  - id: contoso-test
    name: Contoso (test domain)
    fhirBaseUrl: https://fhir-ehr-code.cerner.com/r4/ec2458f2-1e24-41c8-b71b-0e701af7583d
    environment: test
    provider:
      clientId: 91c4d7e8-0000-4000-8000-0000000c0001
      authentication:
        method: private_key_jwt
        key: fhir-contoso-test
    system:
      clientId: 91c4d7e8-0000-4000-8000-0000000c0002
      authentication:
        method: private_key_jwt
        key: fhir-contoso-test-system
    messages:
      kinds: [confirmation, update, cancellation, reminder]
      remindMinutesBefore: [1440, 15]
sms:
  consents:
    sendOnBehalf:
      by: 7d0c5a1e-0000-4000-8000-00000000ad01
      at: "2024-11-04"
    attendeesConsent:
      by: 7d0c5a1e-0000-4000-8000-00000000ad01
      at: "2024-11-04"
  connections: [contoso-test]
staffRecipients:
  phones: ["+12025550171"]
  mails: [clinic-test@contoso.example]`,
  },
  {
    title: "Texts in production",
    words:
      "A pilot first: without `live: true` production texts and mails its `staffRecipients` alone, and nobody where it lists none. `live: true` needs a number that the carriers have verified.",
    addedTo: ["Production"],
    yaml: `
connections:
  - id: contoso
    name: Contoso
    fhirBaseUrl: https://fhir-ehr.cerner.com/r4/8d2f3c1a-5b7e-4c09-9a61-2e4f6b8d0c11
    environment: production
number:
  areaCode: "833"
  verification: approved
sms:
  consents:
    sendOnBehalf:
      by: 7d0c5a1e-0000-4000-8000-00000000ad01
      at: "2024-11-04"
    attendeesConsent:
      by: 7d0c5a1e-0000-4000-8000-00000000ad01
      at: "2024-11-04"
  connections: [contoso]
  live: true`,
  },
  {
    title: "What may be added to any of them",
    words: "Here with what is meant when it is left out, except for the registration, which is then made.",
    addedTo: ["Production"],
    yaml: `
visits:
  opensMinutesBefore: 30
  closesMinutesAfter: 240
features:
  staffNames: true
  presence: true
  attendance: true
  callQuality: false
messages:
  aheadDays: 14
  hours: { from: "08:00", to: "21:00" }
approvals:
  secondPerson: false
  testOverride: false
sizes:
  plan: P1v3
  instances: 2
  instancesAtMost: 6
  storeThroughputAtMost: 4000
retention:
  logsDays: 365
  packagesDays: 90
encryption: microsoftKeys
numbers: portal
microsoft:
  tenantId: aaaaaaaa-0000-4000-8000-000000000002
  consent: byPerson
  registration:
    clientId: 3d7e5b1c-0000-4000-8000-0000000000c1
    objectId: 3d7e5b1c-0000-4000-8000-0000000000c2
    servicePrincipalId: 3d7e5b1c-0000-4000-8000-0000000000c3`,
  },
];

/**
 * The examples as Markdown.
 * @throws when one of them would be refused as a stack file.
 */
export function stackExamples(): string[] {
  return EXAMPLES.flatMap((example) => {
    const verdict = parseStack(wholeOf(example));
    if (!verdict.ok) throw new Error(["The example " + example.title, ...verdict.faults].join("\n"));
    return ["### " + example.title, "", example.words, "", "```yaml", example.yaml.trim(), "```", ""];
  });
}

function wholeOf({ yaml, addedTo = [] }: Example): object {
  const below = EXAMPLES.filter(({ title }) => addedTo.includes(title)).map(
    (one) => parse(one.yaml) as object,
  );
  return Object.assign({}, ...below, parse(yaml)) as object;
}
