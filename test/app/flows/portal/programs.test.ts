/** The portal's addresses for programs, asked by everybody who could have a token and with each kind of wrong token. */
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apiCallers } from "../../../../app/adapters/entra/apiCallers.ts";
import { PATHS } from "../../../../app/domain/addresses.ts";
import { rightsOf } from "../../../../app/domain/portalRights.ts";
import { ADDRESSES, type PortalAddress } from "../../../../app/flows/portal/addresses.ts";
import { CHECK_WORDS } from "../../../../app/flows/portal/checkWords.ts";
import { tellStanding, type AskedByProgram } from "../../../../app/flows/portal/programs.ts";
import { OBSTACLE_MOVES } from "../../../../app/web/obstacleMoves.ts";
import { PROGRAMS, PROVISIONED } from "../../../../app/sandbox/sandbox.ts";
import { PORTAL_ACCOUNTS, signInToPortal, type PortalAccount } from "../../../harness/administrator.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";

const RESOURCE = "api://" + PROVISIONED.clientId;
const TENANT = "aaaaaaaa-0000-4000-8000-000000000001";
const OTHER_TENANT = "bbbbbbbb-0000-4000-8000-000000000002";
const seconds = (ahead: number) => Math.floor(Date.now() / 1000) + ahead;

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

const byToken = Object.entries(ADDRESSES as Readonly<Record<string, PortalAddress>>).filter(
  ([, { by }]) => by === "token",
);
const microsoft = () => deployment.sandbox.microsoft;
const cli = (account: PortalAccount, other = {}) =>
  microsoft().cliToken(PORTAL_ACCOUNTS[account], RESOURCE, other);

interface Answer {
  readonly status: number;
  readonly authenticate: string | null;
  readonly body: { readonly kind?: string; readonly happened?: string; readonly checks?: unknown[] };
}
async function ask(
  { method, path }: PortalAddress,
  token?: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await fetch(deployment.url + PATHS.portal + path, {
    method: method.toUpperCase(),
    headers: { ...headers, ...(token !== undefined && { authorization: "Bearer " + token }) },
  });
  const body = (await answer.json()) as Answer["body"];
  return { status: answer.status, authenticate: answer.headers.get("www-authenticate"), body };
}

/** Asks for a token as an application does. @returns Entra's answer */
async function clientCredentials(clientId: string, scope: string): Promise<Record<string, unknown>> {
  const { endpoint, header } = microsoft().identity;
  const own = new URL(endpoint);
  own.search = new URLSearchParams({
    "api-version": "2019-08-01",
    client_id: PROVISIONED.identityClientId,
    resource: "api://AzureADTokenExchange",
  }).toString();
  const proof = await fetch(own, { headers: { "x-identity-header": header } });
  const { access_token: assertion } = (await proof.json()) as { access_token: string };
  const answer = await fetch(`${microsoft().backChannel}/${TENANT}/oauth2/v2.0/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: clientId,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: assertion,
      scope,
    }),
  });
  return (await answer.json()) as Record<string, unknown>;
}

describe.each(byToken)("%s", (name, address) => {
  test.each(Object.keys(PORTAL_ACCOUNTS) as PortalAccount[])("as %s by the Azure CLI", async (account) => {
    const person = microsoft().people.find(({ oid }) => oid === PORTAL_ACCOUNTS[account]);
    if (account === "stranger") {
      await expect(cli(account)).rejects.toThrow("does not exist in tenant");
      return;
    }
    const answer = await ask(address, await cli(account));
    const rights = rightsOf({ appRoles: person?.roles ?? [] });
    if (account === "guest")
      expect([answer.status, answer.body.happened]).toEqual([401, expect.stringContaining("guest’s")]);
    else if (rights.some((right) => address.needs.includes(right)))
      expect(answer.status).toBe(name === "evidence" ? 409 : 200);
    else expect([answer.status, answer.body.kind]).toEqual([403, "caller-role-missing"]);
  });

  test("as applications with the role and without", async () => {
    const isReport = address.needs.includes("report");
    const program = isReport ? PROGRAMS.reportReader : PROGRAMS.operator;
    const given = await clientCredentials(program.clientId, RESOURCE + "/.default");
    const answer = await ask(address, String(given["access_token"]));
    // Whoever names no package is understood, and refused.
    const told = { askedBy: { kind: "application", objectId: program.servicePrincipalId } };
    expect([answer.status, answer.body]).toMatchObject(
      name === "evidence" ? [409, { kind: "not-vouched" }] : [200, told],
    );
    const others = await clientCredentials(PROGRAMS.nobodySpecial.clientId, RESOURCE + "/.default");
    expect((await ask(address, String(others["access_token"]))).status).toBe(403);
  });

  test("without a token, by a session of whoever may most, and by another site's page", async () => {
    const none = await ask(address);
    expect([none.status, none.authenticate, none.body.kind]).toEqual([401, "Bearer", "token-missing"]);
    const person = new Person();
    await signInToPortal(deployment, person, "globalAdministrator");
    const cookie = person
      .cookies()
      .map(({ name, value }) => `${name}=${value}`)
      .join("; ");
    for (const more of [{}, { "sec-fetch-site": "cross-site", origin: "https://evil.example" }])
      expect((await ask(address, undefined, { cookie, ...more })).body.kind).toBe("token-missing");
  });

  test("by a token that opens no page", async () => {
    const authorization = "Bearer " + (await cli("operator"));
    const page = await fetch(deployment.url + "/portal/operators", { headers: { authorization } });
    expect(page.status).toBe(401);
  });
});

describe("a token is refused", () => {
  test.each<readonly [string, Record<string, unknown>, string]>([
    ["for Microsoft Graph", { aud: "https://graph.microsoft.com" }, "another application"],
    ["for the URI, as version 1 writes it", { aud: RESOURCE }, "another application"],
    ["of another issuer", { iss: `https://login.microsoftonline.com/${OTHER_TENANT}/v2.0` }, "issued it"],
    [
      "of version 1",
      { iss: `https://sts.windows.net/${TENANT}/`, ver: "1.0", aud: RESOURCE },
      "requestedAccessTokenVersion must be 2",
    ],
    ["of version 1's issuer alone", { iss: `https://sts.windows.net/${TENANT}/` }, "version"],
    ["of version 1 of another directory", { iss: `https://sts.windows.net/${OTHER_TENANT}/` }, "issued it"],
    ["that says it is of version 1", { ver: "1.0" }, "version"],
    ["about another tenant", { tid: OTHER_TENANT }, "another directory"],
    ["that is over", { exp: seconds(-120) }, "over"],
    ["that has not begun", { nbf: seconds(120) }, "not come"],
    ["that never ends", { exp: undefined }, "lacks a claim"],
    ["about nobody", { oid: undefined }, "lacks a claim"],
    ["of a guest", { acct: 1 }, "guest"],
    ["that does not say whose account it is", { acct: undefined }, "guest"],
    ["without a scope", { scp: undefined }, "scope"],
    ["for another scope", { scp: "User.Read accesses" }, "scope"],
    ["of an application that speaks for a person", { idtyp: "app" }, "lacks a claim"],
    ["with roles in words", { roles: "Connector.Operator" }, "lacks a claim"],
  ])("%s", async (_what, other, words) => {
    const answer = await ask(ADDRESSES.standing, await cli("operator", other));
    expect([answer.status, answer.authenticate, answer.body.happened]).toEqual([
      401,
      'Bearer error="invalid_token"',
      expect.stringContaining(words),
    ]);
  });

  test("that is none, or that nobody signed", async () => {
    const [header = "", claims = ""] = (await cli("operator")).split(".");
    const unsigned = Buffer.from('{"alg":"none"}').toString("base64url");
    for (const token of ["garbage", "a.b.c", `${header}.${claims}.`, `${unsigned}.${claims}.`])
      expect((await ask(ADDRESSES.standing, token)).status).toBe(401);
  });

  test("by Entra already, for an API that is nobody's", async () => {
    await expect(
      microsoft().cliToken(PORTAL_ACCOUNTS.operator, "api://" + PROGRAMS.operator.clientId),
    ).rejects.toThrow("was not found");
    const refused = await clientCredentials(PROGRAMS.operator.clientId, RESOURCE + "x/.default");
    expect(refused["error"]).toBe("invalid_resource");
  });
});

test("the answer says how everything stands, and nothing secret", async () => {
  const { body } = await ask(ADDRESSES.standing, await cli("operator"));
  expect(body).toMatchObject({ environment: "local", askedBy: { kind: "person" } });
  expect(body.checks?.length).toBeGreaterThan(3);
});

test("the answer names whose move it is as the start page does", async () => {
  const fault = "Something was found.";
  const ill = { ok: false, why: "unwell", obstacle: "ill", reason: fault } as const;
  const answer = await new Promise<unknown>((json, reject) => {
    const told = tellStanding(
      {
        ...deployment.parts,
        standings: { ...deployment.parts.standings, known: () => ill },
        checks: () =>
          Promise.resolve([
            { name: "connection", of: "lamna", fault },
            { name: "jobs-due", fault },
            { name: "worker", fault, move: "microsoft" },
          ]),
      },
      { response: { json } } as unknown as AskedByProgram,
    );
    told.catch(reject);
  });
  expect(answer).toMatchObject({
    checks: [{ move: OBSTACLE_MOVES.ill }, { move: CHECK_WORDS["jobs-due"].move }, { move: "microsoft" }],
  });
});

describe("the directory's keys", () => {
  const authority = "https://login.lamna.example";
  const issuer = `${authority}/${TENANT}/v2.0`;

  test("are read once, and again for a key that is not among them", async () => {
    const pairs = await Promise.all([generateKeyPair("RS256"), generateKeyPair("RS256")]);
    const jwks = await Promise.all(
      pairs.map(async ({ publicKey }, index) => ({
        ...(await exportJWK(publicKey)),
        kid: "k" + String(index),
      })),
    );
    let published = jwks.slice(0, 1);
    let reads = 0;
    const callers = apiCallers({
      authority,
      tenantId: TENANT,
      clientId: PROVISIONED.clientId,
      now: () => new Date(),
      fetch: (url) => {
        if (!url.endsWith("/keys"))
          return Promise.resolve(Response.json({ issuer, jwks_uri: authority + "/keys" }));
        reads++;
        return Promise.resolve(Response.json({ keys: published }));
      },
    });
    const signed = (index: number) => {
      const key = pairs[index]?.privateKey;
      if (key === undefined) throw new Error("no key");
      return new SignJWT({
        ...{ ver: "2.0", tid: TENANT, oid: PROGRAMS.operator.servicePrincipalId, idtyp: "app" },
      })
        .setProtectedHeader({ alg: "RS256", kid: "k" + String(index) })
        .setIssuer(issuer)
        .setAudience(PROVISIONED.clientId)
        .setNotBefore("0s")
        .setExpirationTime("1h")
        .sign(key);
    };
    const caller = { kind: "application", objectId: PROGRAMS.operator.servicePrincipalId, appRoles: [] };
    expect(await callers.recognize(await signed(0))).toEqual(caller);
    expect(await callers.recognize(await signed(0))).toEqual(caller);
    expect(reads).toBe(1);
    published = jwks;
    // A stranger cannot have them read all the time: the next reading is half a minute away.
    expect(await callers.recognize(await signed(1))).toBe("unknown-key");
    expect(reads).toBe(1);
  });

  test("that cannot be read are nobody's fault who asks", async () => {
    const callers = apiCallers({
      authority,
      tenantId: TENANT,
      clientId: PROVISIONED.clientId,
      now: () => new Date(),
      fetch: () => Promise.reject(new TypeError("fetch failed")),
    });
    await expect(callers.recognize(await cli("operator"))).rejects.toThrow();
  });
});
