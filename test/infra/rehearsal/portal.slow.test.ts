/** When something that the portal needs is missing in a deployment, its rehearsal says so in words that lead to it. */
import { expect, test } from "vitest";
import { APPLICATION } from "../../../infra/rehearsal/azure/entra/applications.ts";
import { listAt, type Properties, textAt } from "../../../infra/rehearsal/azure/controlPlane/json.ts";
import { sampleStack } from "../sampleStacks.ts";
import { rehearsed, type Made, type Standing } from "./inProcess.ts";
import { missing, visited } from "./takeAway.ts";

/** Changes the app registration. @returns what the visit says at its end; undefined if it succeeds */
async function registeredWith({ rehearsal }: Standing, change: Properties): Promise<string | undefined> {
  const { cloud } = rehearsal.azure;
  const [application] = cloud.all(APPLICATION);
  if (application === undefined) throw new Error("The directory has no registration.");
  cloud.put({ ...application, properties: { ...application.properties, ...change } });
  try {
    return await visited({ rehearsal });
  } finally {
    cloud.put(application);
  }
}

function madeAs({ made }: Standing, name: string): Made {
  const found = made.find((one) => one.name === name && !one.type.includes(":web:"));
  if (found === undefined) throw new Error("The program makes no " + name);
  return found;
}

test("the stack sample's portal is signed in to, connects a chart system where a second person agrees, and is missed part by part", async () => {
  const standing = await rehearsed({
    ...(await sampleStack("sample")),
    approvals: { secondPerson: true },
  });
  expect(standing.result.fault).toBeUndefined();
  expect(standing.result.steps.filter(({ ok }) => ok).map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      "An administrator signs in to the portal",
      "Who reads reports signs in, too",
      "Who manages a department signs in, too",
      "A Global Administrator signs in, whom the directory alone gives a role",
      "They connect a chart system there",
      "The connector proves itself by the key of the portal's connections",
    ]),
  );
  expect(await registeredWith(standing, { optionalClaims: { idTokens: [] } })).toMatch(
    /optional claim acct .*infra\/components\/application\.ts/,
  );
  expect(
    await registeredWith(standing, { optionalClaims: { idTokens: [{ name: "acct" }], accessTokens: [] } }),
  ).toMatch(/may not ask how the connector stands: 401 .*acct and idtyp.*infra\/components\/application\.ts/);
  // The second person administers by a role of the directory, which the registration has to be told.
  expect(await registeredWith(standing, { groupMembershipClaims: [] })).toMatch(
    /Nobody can administer the connector: .*infra\/components\/application\.ts/,
  );
  expect(await registeredWith(standing, { appRoles: [] })).toMatch(
    /Connector\.Admin.* infra\/components\/appRoles\.ts/,
  );
  const [application] = standing.rehearsal.azure.cloud.all(APPLICATION);
  const roles = listAt(application?.properties, "appRoles");
  for (const value of ["Connector.ReportReader", "Connector.DepartmentManager"])
    expect(
      await registeredWith(standing, { appRoles: roles.filter((one) => textAt(one, "value") !== value) }),
    ).toMatch(/does not get in: .* infra\/components\/appRoles\.ts/);
  expect(await registeredWith(standing, { web: { redirectUris: [] } })).toMatch(
    /AADSTS50011.*redirect.*infra\/components\/application\.ts/,
  );
  const { stack } = standing;
  const operator = "operator-" + (stack.deployers?.[0]?.objectId ?? "");
  for (const name of ["azure-cli", operator])
    expect(await missing(standing, madeAs(standing, name))).toMatch(/infra\/components\//);
  expect(await registeredWith(standing, { identifierUris: [] })).toMatch(
    /no token for the connector: The resource principal named api:\/\//,
  );
  for (const name of [
    "fhir-portal",
    "use-fhir-portal",
    "settings",
    "portalSessions",
    "sessions",
    "signIns",
  ]) {
    expect([name, await missing(standing, madeAs(standing, name))]).toEqual([
      name,
      expect.stringContaining(name.replace("use-", "")) as string,
    ]);
  }
}, 480_000);
