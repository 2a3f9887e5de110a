import { expect, test } from "vitest";
import { graphPermissions } from "../../../app/domain/graphPermissions.ts";
import { integrationRecords } from "../../../app/domain/integration.ts";
import type { RehearsalResult } from "../../../infra/rehearsal/report/result.ts";
import type { StackSettingsInput } from "../../../infra/stack.ts";
import {
  lamnaConnection,
  lamnaDepartment,
  lamnaProduction,
  lamnaTest,
  lamnaWith,
} from "../../infra/stacks.ts";
import { stackOf, tasksOf, unconnected } from "../../infra/rehearsal/reportResults.ts";

type Task = RehearsalResult["byHand"][number];

function task(tasks: readonly Task[], title: string): Task {
  const found = tasks.find((one) => one.title.startsWith(title));
  if (found === undefined)
    throw new Error(`${title} is not among: ${tasks.map((one) => one.title).join("; ")}`);
  return found;
}

const production = tasksOf("lamna-production", lamnaProduction);
const titles = (tasks: readonly Task[]) => tasks.map(({ title }) => title);

test("each task says when, whose right it needs and why", () => {
  for (const one of [...production, ...unconnected.byHand]) {
    expect(one.when).toMatch(/^(before pulumi up|after the first pulumi up)$/u);
    for (const words of [one.title, one.who, one.why, one.text]) expect(words.trim()).not.toBe("");
  }
});

test("consent is for what the registration asks, found by the name that the program gives it", () => {
  const { text } = task(production, "Consent");
  for (const { value } of graphPermissions(stackOf(lamnaProduction))) expect(text).toContain(value);
  expect(text).toContain("displayName eq 'Teams EHR connector lamna production'");
  expect(text).toContain('az ad app permission admin-consent --id "$CLIENT_ID"');
  expect(text).toContain(
    `https://login.microsoftonline.com/${lamnaProduction.microsoft.tenantId}/adminconsent?client_id=$CLIENT_ID`,
  );
});

test("consent that pulumi up grants is no task, but a right of who runs it", () => {
  const granted = tasksOf(
    "lamna-production",
    lamnaWith("microsoft.consent", "granted", lamnaProduction) as StackSettingsInput,
  );
  expect(titles(granted)).not.toContain("Consent in Entra");
  expect(task(granted, "Rights").text).toContain("DelegatedPermissionGrant.ReadWrite.All");
  expect(task(production, "Rights").text).not.toContain("DelegatedPermissionGrant.ReadWrite.All");
});

test("a registration that the stack names is used by its client id", () => {
  const registration = {
    clientId: "11111111-0000-4000-8000-00000000c11e",
    objectId: "11111111-0000-4000-8000-00000000000b",
    servicePrincipalId: "11111111-0000-4000-8000-000000000057",
  };
  const tasks = tasksOf(
    "lamna-production",
    lamnaWith("microsoft.registration", registration, lamnaProduction) as StackSettingsInput,
  );
  expect(task(tasks, "Consent").text).toContain("CLIENT_ID=" + registration.clientId);
  expect(task(tasks, "Application access policy").text).toContain(`$clientId = "${registration.clientId}"`);
  const added = task(tasks, "The hospital's own registration").text;
  expect(added).toContain("https://visits.lamna.example/signin/callback");
  for (const { value } of graphPermissions(stackOf(lamnaProduction))) expect(added).toContain(value);
});

test("nothing is added by hand to a registration that the program makes", () => {
  expect(titles(production)).not.toContain("The hospital's own registration");
});

test("the access policy is granted to each organizer once, and never to everybody", () => {
  const other = "7d0c5a1e-0000-4000-8000-00000000a002";
  const { text } = task(
    tasksOf("lamna-production", {
      ...lamnaProduction,
      departments: [
        lamnaDepartment,
        { ...lamnaDepartment, id: "heart", name: "Heart Failure", locations: ["21304877"] },
        { ...lamnaDepartment, id: "skin", name: "Dermatology", locations: ["21304878"], organizer: other },
      ],
    }),
    "Application access policy",
  );
  expect(text.match(/^Grant-CsApplicationAccessPolicy .*/gmu)).toEqual([
    `Grant-CsApplicationAccessPolicy -PolicyName "teams-ehr-connector-lamna-production" -Identity "${lamnaDepartment.organizer}"`,
    `Grant-CsApplicationAccessPolicy -PolicyName "teams-ehr-connector-lamna-production" -Identity "${other}"`,
  ]);
  expect(text).toContain("# Cardiology, Heart Failure");
  expect(text).toMatch(/New-CsApplicationAccessPolicy -Identity "\S+" -AppIds \$clientId/u);
  expect(text).not.toContain("-Global");
});

test("each of a department's several accounts is granted the policy", () => {
  const { organizer, ...department } = lamnaDepartment;
  const other = "7d0c5a1e-0000-4000-8000-00000000a002";
  const { text } = task(
    tasksOf("lamna-production", {
      ...lamnaProduction,
      departments: [
        { ...department, organizers: [organizer, other] },
        { ...lamnaDepartment, id: "skin", name: "Dermatology", locations: ["21304878"], organizer: other },
      ],
    }),
    "Application access policy",
  );
  expect([...text.matchAll(/-Identity "([0-9a-f-]{36})"/gu)].map(([, id]) => id)).toEqual([organizer, other]);
  expect(text).toContain("# Cardiology, Dermatology");
});

test("a system client's secret goes into the vault as well, and its key needs Oracle's way to the key set", () => {
  const way = (authentication: object) => ({ clientId: "system", authentication });
  const secret = way({ method: "client_secret_basic", secret: "lamna-test-system" });
  const bySecret = tasksOf("lamna-test", lamnaWith("connections.0.system", secret) as StackSettingsInput);
  expect(task(bySecret, "Client secrets").text).toContain("--name lamna-test-system --file");
  const byKey = {
    ...lamnaConnection,
    provider: way({ method: "client_secret_basic", secret: "lamna-test-provider" }),
    system: way({ method: "private_key_jwt", key: "fhir-lamna-test-system" }),
  };
  const tasks = tasksOf("lamna-test", lamnaWith("connections", [byKey]) as StackSettingsInput);
  expect(titles(tasks)).toContain("Oracle's way to the connector's keys");
});

test("the code console is told what the program's integration records say, registered or not", () => {
  const waiting = {
    id: "lamna-south",
    name: "Lamna South",
    fhirBaseUrl: "https://fhir-ehr.cerner.com/r4/6b1d9c44-7a0e-4f3b-8c25-1f5e7d9b2a33",
    environment: "production" as const,
  };
  const said: StackSettingsInput = { ...lamnaProduction, connections: [lamnaConnection, waiting] };
  const tasks = tasksOf("lamna-production", said);
  const records = integrationRecords(stackOf(said), "https://visits.lamna.example");
  expect(records).toHaveLength(2);
  for (const record of records) {
    const { text, when, why } = task(tasks, "Oracle's code console: " + record.name);
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

test("an address that Azure makes up is not invented: the text says how to read it", () => {
  const { text, when } = task(tasksOf("lamna-test", lamnaTest), "Oracle's code console");
  expect(text).toContain("https://<site>/launch/callback/lamna-test");
  expect(text).toContain("pulumi stack output siteAddress --stack lamna-test");
  expect(when).toBe("after the first pulumi up");
  expect(text).not.toContain("azurewebsites.net");
});

test("production's DNS has both records, and values from the stack's outputs alone", () => {
  const { text } = task(production, "The hospital's DNS");
  expect(text).toMatch(/^visits\.lamna\.example +CNAME +</mu);
  expect(text).toMatch(/^_dnsauth\.visits\.lamna\.example +TXT +</mu);
  expect(text).toContain("pulumi stack output dns --json --stack lamna-production");
  expect(titles(unconnected.byHand)).not.toContain("The hospital's DNS");
});

test("a client secret goes from a file into the vault under the stack's name", () => {
  const authentication = { method: "client_secret_basic", secret: "lamna-test-provider" };
  const tasks = tasksOf(
    "lamna-test",
    lamnaWith("connections.0.provider.authentication", authentication) as StackSettingsInput,
  );
  const { text } = task(tasks, "Client secrets");
  expect(text).toContain('az keyvault secret set --vault-name "$VAULT" --name lamna-test-provider --file');
  expect(text).not.toContain("--value");
  expect(task(tasks, "Oracle's code console").text).not.toContain("JWKS URI");
  expect(titles(production)).not.toContain("Client secrets into the vault");
});

test("the toll-free form is drafted while the number awaits verification, and only then", () => {
  const { sms: _later, ...withoutTexts } = lamnaProduction;
  const at = (verification: "notStarted" | "submitted" | "approved" | "rejected") =>
    tasksOf("lamna-production", { ...withoutTexts, number: { areaCode: "833", verification } });
  const pending = at("notStarted");
  const { text } = task(pending, "Toll-free verification");
  for (const part of ["APPLICATION TYPE", "COMPANY DETAILS", "PROGRAM CONTENT", "VOLUME", "TEMPLATES"])
    expect(text).toContain(part);
  expect(text).toContain("Company: Lamna Healthcare");
  expect(text).toMatch(/^Messages a month: \[/mu);
  expect(text).toContain("Consent is not a");
  expect(text).toContain("number.verification: approved");
  const samples = [...text.matchAll(/^(?:Confirmation|Reminder|Moved|Cancelled|Help): (.+)$/gmu)];
  expect(samples).toHaveLength(5);
  for (const [, sample = ""] of samples) {
    expect(sample).toMatch(/^(Cardiology|Lamna Healthcare): /u);
    expect(sample).toContain("Reply STOP to opt out");
    // Two segments of a carrier's plain alphabet at most.
    expect(sample).toMatch(/^[\u0020-\u007e]{1,306}$/u);
  }
  expect(titles(at("rejected"))).toContain("Toll-free verification");
  expect(titles(at("submitted"))).not.toContain("Toll-free verification");
  expect(titles(production)).not.toContain("Toll-free verification");
  expect(titles(unconnected.byHand)).not.toContain("Toll-free verification");
});

test("a number that an administrator gets in the portal has its form, too, and its end in the portal", () => {
  const { number: _number, sms: _sms, ...rest } = lamnaProduction;
  const { text } = task(
    tasksOf("lamna-production", { ...rest, numbers: "portal" }),
    "Toll-free verification",
  );
  expect(text).toContain("Say so in the connector's portal.");
  expect(text).not.toContain("number.verification");
  expect(titles(tasksOf("lamna-production", rest))).not.toContain("Toll-free verification");
});

test("a stack without connections has nothing for Oracle, and says to whom the policy will be granted", () => {
  expect(titles(unconnected.byHand)).toEqual([
    "Rights of who runs pulumi up",
    "Consent in Entra",
    "Application access policy in Teams",
    "Who administers the connector",
  ]);
  expect(task(unconnected.byHand, "Application access policy").text).toContain("<its object id>");
});

test("who runs pulumi up gets what locks, roles and the registration need, each deployer by its kind", () => {
  const { text } = task(production, "Rights");
  const [deployer] = lamnaProduction.deployers;
  for (const role of ["Contributor", "User Access Administrator"])
    expect(text).toContain(
      `--scope /subscriptions/${lamnaProduction.azure.subscriptionId} --role "${role}" --assignee-object-id ${deployer?.objectId ?? ""} --assignee-principal-type ServicePrincipal`,
    );
  expect(text).toContain("Application.ReadWrite.All, AppRoleAssignment.ReadWrite.All");
});
