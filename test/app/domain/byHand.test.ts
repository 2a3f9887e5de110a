import { describe, expect, test } from "vitest";
import { byHand } from "../../../app/domain/byHand.ts";
import type { Deployment } from "../../../app/domain/byHand/deployment.ts";
import type { Task } from "../../../app/domain/byHand/task.ts";
import { graphPermissions } from "../../../app/domain/graphPermissions.ts";
import type { NumberOwner } from "../../../app/domain/defaults.ts";
import type { Connection } from "../../../app/domain/hospital.ts";
import { recordsOf } from "../../../infra/components/mailDomain.ts";
import { integrationRecord } from "../../../app/domain/integration.ts";
import type { Verification } from "../../../app/domain/texting.ts";
import {
  atAzuresName,
  bySecret,
  connection,
  department,
  production,
  signing,
  testConnection,
  waiting,
} from "./lamna.ts";

const bare: Deployment = { ...atAzuresName, connections: [], departments: [] };
const wanting = (from: NumberOwner, verification: Verification): Deployment => ({
  ...production,
  wantedNumber: { from, verification },
});
const titles = (deployment: Deployment) => byHand(deployment).map(({ title }) => title);

function task(deployment: Deployment, title: string): Task {
  const found = byHand(deployment).find((one) => one.title.startsWith(title));
  if (found === undefined) throw new Error(`${title} is not among: ${titles(deployment).join("; ")}`);
  return found;
}

test("each task says when, whose right it needs and why", () => {
  for (const one of [production, atAzuresName, bare].flatMap(byHand)) {
    expect(one.when).toMatch(/^(before pulumi up|after the first pulumi up)$/u);
    for (const words of [one.title, one.who, one.why, one.text]) expect(words.trim()).not.toBe("");
  }
});

const registration = { clientId: "11111111-0000-4000-8000-00000000c11e" };

test("what is pasted names this deployment's own directory, registration, stack and host", () => {
  const own: Deployment = { ...production, microsoft: { ...production.microsoft, registration } };
  const { tenantId } = production.microsoft;
  const login = `az login --tenant ${tenantId} --allow-no-subscriptions`;
  const linesOf = (title: string) => task(own, title).text.split("\n");
  expect(linesOf("Consent in Entra")).toContain(login);
  expect(linesOf("Application access policy")).toEqual(
    expect.arrayContaining([
      login,
      `Connect-MicrosoftTeams -TenantId ${tenantId}`,
      `$clientId = "${registration.clientId}"`,
    ]),
  );
  expect(task(production, "Application access policy").text).toMatch(/^\$clientId = \$\(az ad app list /m);
  expect(linesOf("Who administers")).toContain("echo " + registration.clientId);
  expect(linesOf("The hospital's own registration")).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^pulumi stack output registrationByHand --json --stack lamna-production /),
      `# Entra admin center, App registrations, ${registration.clientId}:`,
    ]),
  );
  expect(task(own, "The hospital's DNS").who).toBe("whoever keeps the zone of visits.lamna.example");
});

test("the mail domain's records are named as the deployment's own outputs name them", () => {
  const domain = "mail.lamna.example";
  const { text } = task({ ...production, mailDomain: domain }, "The mail domain's DNS");
  const proof = { type: "TXT", value: "x" };
  const key = (selector: string) => ({
    type: "CNAME",
    name: selector + "-azurecomm-prod-net._domainkey",
    value: "x",
  });
  const records = recordsOf(domain, {
    domain: { name: domain, ...proof },
    sPF: { name: domain, ...proof },
    dKIM: key("selector1"),
    dKIM2: key("selector2"),
  });
  const said = text.split("\n").map((line) => line.split(/ {2,}/).slice(0, 2).join(" "));
  for (const { name, type } of records) expect(said).toContain(name + " " + type);
  expect(records).toHaveLength(4);
});

test("tasks are in the order in which to begin", () => {
  const everything: Deployment = {
    ...production,
    behindEdge: false,
    microsoft: { ...production.microsoft, registration },
    connections: [connection, { ...testConnection, provider: bySecret("lamna-test-provider") }],
    wantedNumber: { from: "stack", verification: "notStarted" },
    mailDomain: "mail.lamna.example",
  };
  expect(titles(everything)).toEqual([
    "Rights of who runs pulumi up",
    "Oracle's code console: Lamna Healthcare",
    "Oracle's code console: Lamna test domain",
    "The hospital's own registration",
    "Consent in Entra",
    "Application access policy in Teams",
    "The hospital's DNS",
    "The mail domain's DNS",
    "Client secrets into the vault",
    "Oracle's way to the connector's keys",
    "Who administers the connector",
    "Toll-free verification",
  ]);
});

describe("what belongs to it and what does not", () => {
  test.each<[title: string, deployment: Deployment, isThere: boolean]>([
    ["Consent in Entra", production, true],
    [
      "Consent in Entra",
      { ...production, microsoft: { ...production.microsoft, consent: "granted" } },
      false,
    ],
    ["The hospital's own registration", production, false],
    [
      "The hospital's own registration",
      { ...production, microsoft: { ...production.microsoft, registration } },
      true,
    ],
    ["The hospital's DNS", production, true],
    ["The hospital's DNS", atAzuresName, false],
    ["The mail domain's DNS", production, false],
    ["The mail domain's DNS", { ...atAzuresName, mailDomain: "mail.lamna.example" }, true],
    ["Client secrets into the vault", production, false],
    [
      "Client secrets into the vault",
      { ...production, connections: [{ ...connection, provider: bySecret("lamna-provider") }] },
      true,
    ],
    ["Oracle's way to the connector's keys", production, false],
    ["Oracle's way to the connector's keys", atAzuresName, true],
    [
      "Oracle's way to the connector's keys",
      { ...atAzuresName, connections: [{ ...testConnection, provider: bySecret("lamna-provider") }] },
      true,
    ],
    ["Toll-free verification", production, false],
    ["Toll-free verification", bare, false],
    ["Toll-free verification", wanting("stack", "notStarted"), true],
    ["Toll-free verification", wanting("stack", "submitted"), false],
    ["Toll-free verification", wanting("stack", "rejected"), true],
    ["Toll-free verification", wanting("portal", "notStarted"), true],
  ])("%s: %#", (title, deployment, isThere) => {
    expect(titles(deployment).includes(title)).toBe(isThere);
  });
});

test("consent is for what the registration asks, found by the name that the program gives it", () => {
  const { text } = task(production, "Consent");
  for (const { value, purpose } of graphPermissions(production.features)) {
    expect(text).toContain(value);
    expect(text).toContain(purpose);
  }
  expect(text).toContain("displayName eq 'Teams EHR connector lamna production'");
  expect(text).toContain('az ad app permission admin-consent --id "$CLIENT_ID"');
  expect(text).toContain(
    `https://login.microsoftonline.com/${production.microsoft.tenantId}/adminconsent?client_id=$CLIENT_ID`,
  );
});

test("a permission whose feature is off is not consented to", () => {
  const without = { ...production, features: { ...production.features, staffNames: false } };
  expect(task(production, "Consent").text).toContain("User.ReadBasic.All");
  expect(task(without, "Consent").text).not.toContain("User.ReadBasic.All");
});

test("consent that pulumi up grants is a right of who runs it", () => {
  const granted: Deployment = {
    ...production,
    microsoft: { ...production.microsoft, consent: "granted" },
  };
  const { text } = task(granted, "Rights");
  expect(text).toContain("a person or group needs the role Global Administrator.");
  expect(text).toContain(
    "#   Application.ReadWrite.All, AppRoleAssignment.ReadWrite.All, Directory.ReadWrite.All",
  );
  const less = task(production, "Rights").text;
  expect(less).toContain("a person or group needs the role Application Administrator.");
  expect(less).toContain("#   Application.ReadWrite.All, AppRoleAssignment.ReadWrite.All\n");
  expect(less).not.toContain("Directory.ReadWrite.All");
});

test("a registration of the hospital's own is used by its client id", () => {
  const own: Deployment = { ...production, microsoft: { ...production.microsoft, registration } };
  expect(task(own, "Consent").text).toContain("CLIENT_ID=" + registration.clientId);
  expect(task(own, "Application access policy").text).toContain(`$clientId = "${registration.clientId}"`);
  const added = task(own, "The hospital's own registration").text;
  expect(added).toContain("https://visits.lamna.example/signin/callback");
  for (const { value, purpose } of graphPermissions(production.features)) {
    expect(added).toContain(value);
    expect(added).toContain(purpose);
  }
});

test("the access policy is granted to each organizer once, and never to everybody", () => {
  const other = "7d0c5a1e-0000-4000-8000-00000000a002";
  const { text } = task(
    {
      ...production,
      departments: [
        department,
        { ...department, id: "heart", name: "Heart Failure", locations: ["21304877"] },
        { ...department, id: "skin", name: "Dermatology", locations: ["21304878"], organizer: other },
      ],
    },
    "Application access policy",
  );
  expect(text.match(/^Grant-CsApplicationAccessPolicy .*/gmu)).toEqual([
    `Grant-CsApplicationAccessPolicy -PolicyName "teams-ehr-connector-lamna-production" -Identity "${String(department.organizer)}"`,
    `Grant-CsApplicationAccessPolicy -PolicyName "teams-ehr-connector-lamna-production" -Identity "${other}"`,
  ]);
  expect(text).toContain("# Cardiology, Heart Failure");
  expect(text).toMatch(/New-CsApplicationAccessPolicy -Identity "\S+" -AppIds \$clientId/u);
  expect(text).not.toContain("-Global");
});

test("each of a department's several accounts is granted the policy", () => {
  const { organizer = "", ...several } = department;
  const other = "7d0c5a1e-0000-4000-8000-00000000a002";
  const { text } = task(
    {
      ...production,
      departments: [
        { ...several, organizers: [organizer, other] },
        { ...department, id: "skin", name: "Dermatology", locations: ["21304878"], organizer: other },
      ],
    },
    "Application access policy",
  );
  expect([...text.matchAll(/-Identity "([0-9a-f-]{36})"/gu)].map(([, id]) => id)).toEqual([organizer, other]);
  expect(text).toContain("# Cardiology, Dermatology");
});

test("a system client's secret goes into the vault as well", () => {
  const withSystem = (system: Connection["system"]): Deployment => ({
    ...atAzuresName,
    connections: [{ ...testConnection, provider: bySecret("lamna-test-provider"), system }],
  });
  expect(task(withSystem(bySecret("lamna-test-system")), "Client secrets").text).toContain(
    "--name lamna-test-system --file",
  );
});

test("the code console is told of a system client as of a registration of its own, with no more than it uses", () => {
  const ofSystem = (system: Connection["system"], change: Partial<Connection> = {}) => {
    const connections = [{ ...connection, ...change, system }];
    const title = "Oracle's code console: Lamna Healthcare, system client";
    return task({ ...production, connections }, title);
  };
  const { text, why } = ofSystem(signing("fhir-lamna-system"));
  expect(text).toMatch(/^Application type +System$/mu);
  expect(text).toMatch(/^JWKS URI +https:/mu);
  expect(text).toMatch(/^System scopes +system\/Appointment.read$/mu);
  expect(text).toContain(" system/Location.read");
  expect(text).not.toMatch(/system\/Appointment.write|launch/u);
  expect(why).toContain("private_key_jwt");
  expect(ofSystem(bySecret("x")).text).toMatch(/^Authentication +client secret/mu);
  const writing = ofSystem(bySecret("x"), { writeBack: { links: true } }).text;
  expect(writing).toContain(" system/Appointment.write");
});

test("the code console is told what the program's integration records say, registered or not", () => {
  const south = waiting({
    ...connection,
    id: "lamna-south",
    name: "Lamna South",
    fhirBaseUrl: "https://fhir-ehr.cerner.com/r4/6b1d9c44-7a0e-4f3b-8c25-1f5e7d9b2a33",
  });
  const connections = [connection, south];
  const records = connections.map((one) =>
    integrationRecord("production", one, "https://visits.lamna.example"),
  );
  for (const record of records) {
    const { text, when, why } = task({ ...production, connections }, "Oracle's code console: " + record.name);
    for (const address of [record.launchUrl, record.redirectUrl, record.jwksUrl, record.fhirBaseUrl])
      expect(text.split("\n").some((line) => line.endsWith("  " + address))).toBe(true);
    expect(text).toMatch(/^SMART version +SMART v1$/mu);
    expect(text).toMatch(/^Type of access +Online$/mu);
    expect(text).toMatch(/^Standard scopes +launch openid fhirUser online_access$/mu);
    for (const resource of ["Appointment", "Encounter", "Patient", "Location"])
      expect(text).toContain(` user/${resource}.read`);
    expect(when).toBe("before pulumi up");
    expect(why).toContain(record.clientId === null ? "awaits its registration" : "is registered");
  }
});

test("a connection that asks for scopes of its own has them ticked, and no others", () => {
  const scopes: [string, ...string[]] = ["launch", "offline_access", "user/Appointment.read"];
  const provider = { ...bySecret("lamna-provider"), scopes };
  const { text } = task(
    { ...production, connections: [{ ...connection, provider }] },
    "Oracle's code console",
  );
  expect(text).toMatch(/^Type of access +Offline$/mu);
  expect(text).toMatch(/^Standard scopes +launch offline_access$/mu);
  expect(text).toMatch(/^User scopes +user\/Appointment\.read$/mu);
  expect(text).not.toContain("user/Patient.read");
});

test("where the host is known, the code console is told at once what to enter", () => {
  const known = task(production, "Oracle's code console");
  expect([known.when, known.text.split("\n")[0]]).toEqual([
    "before pulumi up",
    expect.stringMatching(/^[A-Z]/) as string,
  ]);
});

test("an address that Azure makes up is not invented: the text says how to read it", () => {
  const { text, when } = task(atAzuresName, "Oracle's code console");
  expect(text).toContain("https://<site>/launch/callback/lamna-test");
  expect(text).toContain("pulumi stack output siteAddress --stack lamna-test");
  expect(when).toBe("after the first pulumi up");
  expect(text).not.toContain("azurewebsites.net");
});

test("without an edge Oracle is asked from where it reads the keys, by their address", () => {
  expect(task(atAzuresName, "Oracle's way").text).toContain("https://<site>/.well-known/jwks.json");
});

test("production's DNS has both records, and values from the stack's outputs alone", () => {
  const { text } = task(production, "The hospital's DNS");
  expect(text).toMatch(/^visits\.lamna\.example +CNAME +</mu);
  expect(text).toMatch(/^_dnsauth\.visits\.lamna\.example +TXT +</mu);
  expect(text).toContain("pulumi stack output dns --json --stack lamna-production");
});

test("a client secret goes from a file into the vault under its own name", () => {
  const secret: Deployment = {
    ...atAzuresName,
    connections: [{ ...testConnection, provider: bySecret("lamna-test-provider") }],
  };
  const { text, why } = task(secret, "Client secrets");
  expect(text).toContain('az keyvault secret set --vault-name "$VAULT" --name lamna-test-provider --file');
  expect(text).toContain("az account set --subscription " + atAzuresName.subscriptionId);
  expect(text).toContain("--resource-group rg-lamna-test ");
  expect(text).not.toContain("--value");
  expect(why).toContain("its subnet runners");
  expect(task(secret, "Oracle's code console").text).not.toContain("JWKS URI");
});

test("the toll-free form is drafted with the hospital's own words", () => {
  const { text } = task(wanting("stack", "notStarted"), "Toll-free verification");
  for (const part of ["APPLICATION TYPE", "COMPANY DETAILS", "PROGRAM CONTENT", "VOLUME", "TEMPLATES"])
    expect(text).toContain(part);
  expect(text).toContain("Company: Lamna Healthcare");
  expect(text).toContain("[name], digital-care@lamna.example, 202-555-0100");
  expect(text).toMatch(/^Messages a month: \[/mu);
  expect(text).toMatch(/^Phone numbers: .{4,}$/mu);
  expect(text).toContain("Consent is not a");
  expect(text).toContain('condition of treatment. [address of the privacy policy]"');
  expect(text).toContain("number.verification: approved");
  const samples = [...text.matchAll(/^(?:Confirmation|Reminder|Moved|Canceled|Running late|Help): (.+)$/gmu)];
  expect(samples).toHaveLength(6);
  for (const [, sample = ""] of samples) {
    // A department's name can be a diagnosis.
    expect(sample).toMatch(/^Lamna Healthcare: /u);
    expect(sample).toContain("STOP to end.");
    // One segment of the carriers' plain alphabet.
    expect(sample).toMatch(/^[\u0020-\u007e]{1,160}$/u);
  }
  expect(samples.filter(([sample]) => sample.includes("https://visits.lamna.example/j/"))).toHaveLength(4);
});

test("the toll-free form says when patients are reminded, and names the department where texts do", () => {
  const { text } = task(
    {
      ...wanting("stack", "notStarted"),
      connections: [{ ...connection, messages: { remindMinutesBefore: [30, 2880, 120] } }],
      departments: [{ ...department, nameInTexts: true }],
    },
    "Toll-free verification",
  );
  expect(text).toContain(
    "a reminder 2 days before and another 2 hours before and another 30 minutes before,",
  );
  expect(text).toMatch(/^Reminder: Cardiology: /mu);
  expect(task(wanting("stack", "notStarted"), "Toll-free").text).toContain(
    "a reminder 1 day before and another 15 minutes before,",
  );
});

test("a number that an administrator gets in the portal has its form, too, and its end in the portal", () => {
  const { text } = task(wanting("portal", "notStarted"), "Toll-free verification");
  expect(text).toContain("Say so in the connector's portal.");
  expect(text).not.toContain("number.verification");
});

test("a deployment without connections has only its keys for Oracle, and says to whom the policy will be granted", () => {
  expect(titles(bare)).toEqual([
    "Rights of who runs pulumi up",
    "Consent in Entra",
    "Application access policy in Teams",
    "Oracle's way to the connector's keys",
    "Who administers the connector",
  ]);
  expect(task(bare, "Application access policy").text).toContain("<its object id>");
});

test("who runs pulumi up gets what locks, roles and the registration need, each deployer by its kind", () => {
  const person = { objectId: "7d0c5a1e-0000-4000-8000-00000000d0e2", kind: "user" } as const;
  const [pipeline] = production.deployers;
  const { text } = task({ ...production, deployers: [...production.deployers, person] }, "Rights");
  for (const [objectId, kind] of [
    [pipeline?.objectId ?? "", "ServicePrincipal"],
    [person.objectId, "User"],
  ] as const)
    for (const role of ["Contributor", "User Access Administrator"])
      expect(text).toContain(
        `--scope /subscriptions/${production.subscriptionId} --role "${role}" --assignee-object-id ${objectId} --assignee-principal-type ${kind}`,
      );
  expect(text).toContain("Application.ReadWrite.All, AppRoleAssignment.ReadWrite.All");
  expect(text).toContain("paid subscription");
  expect(task(bare, "Rights").text).not.toContain("paid subscription");
});

describe("the role by which whoever runs pulumi up grants others", () => {
  const inTest: Deployment = { ...production, environment: "test", wantedNumber: undefined };
  test.each<[string, Deployment, string]>([
    ["in production, which has locks", production, "User Access Administrator"],
    ["in test", inTest, "Role Based Access Control Administrator"],
    [
      "in test with a number, over which a lock stands",
      { ...inTest, wantedNumber: { from: "stack", verification: "notStarted" } },
      "User Access Administrator",
    ],
    [
      "in test with a number that the portal gets",
      { ...inTest, wantedNumber: { from: "portal", verification: "notStarted" } },
      "User Access Administrator",
    ],
  ])("%s", (_where, deployment, role) => {
    const { text, why } = task(deployment, "Rights");
    expect([...text.matchAll(/--role "([^"]+)"/gu)].map(([, name]) => name)).toEqual(["Contributor", role]);
    expect(why.includes("sets locks")).toBe(role === "User Access Administrator");
  });
});

test("whose billing address a number needs is said where the stack gets one, and not elsewhere", () => {
  const wanted = wanting("stack", "notStarted");
  expect(task(wanted, "Rights").text).toContain("whose billing address is in Canada, Denmark, Ireland,");
  const { text } = task(wanting("portal", "notStarted"), "Rights");
  expect(text).not.toContain("billing");
  // All of it can be pasted: it is commands, comments and blank lines.
  expect(text.split("\n").filter((line) => !/^(?:az |#|$)/.test(line))).toEqual([]);
});

test("a group that runs pulumi up is told what its directory needs", () => {
  const deployers = [{ objectId: "7d0c5a1e-0000-4000-8000-00000000d0e9", kind: "group" as const }];
  expect(task({ ...production, deployers }, "Rights").text).toContain("Entra ID P1");
  expect(task(production, "Rights").text).not.toContain("Entra ID P1");
});

test("no two registrations at Oracle have one name: not of two connections, and not of two deployments", () => {
  const both = { ...production, connections: [connection, testConnection] };
  const other = { ...both, name: "lamna-test" };
  const names = [both, other]
    .flatMap(byHand)
    .flatMap(({ text }) => /^Application name +(.+)$/mu.exec(text)?.[1] ?? []);
  expect(new Set(names).size).toBe(4);
});

test("a zone with CAA records is to let DigiCert issue Front Door's certificate", () => {
  expect(task(production, "The hospital's DNS").text).toMatch(
    /^visits\.lamna\.example +CAA {4}0 issue "digicert\.com"$/m,
  );
});

test("who deploys from no listed address starts a runner once the network is there", () => {
  const inside = task({ ...production, deploysFromInside: true }, "A runner in the subnet runners");
  expect(inside.when).toBe("after the first pulumi up");
  expect(inside.text).toContain("--vnet-name vnet-lamna-production --name runners");
  expect(titles(production)).not.toContain("A runner in the subnet runners");
});
