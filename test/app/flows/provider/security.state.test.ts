import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchOf, launchScenario, signInToPowerChart } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { fromNowOn, type Asked } from "../../../harness/fromNowOn.ts";
import { Person } from "../../../harness/person.ts";
import { heading, launchAddress, withChart } from "./otherChart.ts";
import { startSmallServer, type SmallServer } from "./smallServer.ts";

let other: SmallServer;
let deployment: Deployment;
beforeAll(async () => {
  other = await startSmallServer();
  deployment = await startDeployment({ stack: withChart(other) });
});
beforeEach(() => other.reset());
afterAll(async () => {
  await deployment.stop();
  await other.stop();
});

/** Signs a clinician in at the EHR. @returns the address of the answer, which has not been requested yet */
async function onTheWayBack(person: Person): Promise<URL> {
  const launch = await launchOf(deployment, "startsSoon");
  await signInToPowerChart(deployment, person, launch);
  return (await person.open(deployment.sandbox.oracle.launchUrl(launch), isCallback)).url;
}

const isCallback = (url: URL) => url.pathname.startsWith("/launch/callback/");
/** Counts the token requests from now on, at either server. */
function tokenRequests(): () => number {
  const asked = [
    fromNowOn<Asked>(deployment.sandbox.oracle),
    fromNowOn<Asked>({ received: () => other.received.toReversed() }),
  ];
  return () => asked.flatMap((since) => since()).filter(({ path }) => path.endsWith("/token")).length;
}

/** The parameters with which the browser was sent to the EHR's sign-in. */
function authorization(way: readonly URL[]): URLSearchParams {
  const found = way.find(({ searchParams }) => searchParams.has("code_challenge"));
  if (found === undefined) throw new Error("the way leads past no sign-in");
  return found.searchParams;
}

function changed(url: URL, parameters: Readonly<Record<string, string>>): URL {
  const copy = new URL(url);
  for (const [name, value] of Object.entries(parameters)) copy.searchParams.set(name, value);
  return copy;
}

describe("the state of a launch", () => {
  test("that nobody gave out redeems nothing", async () => {
    const person = new Person();
    const callback = await onTheWayBack(person);
    const redeemed = tokenRequests();
    const forged = await person.open(changed(callback, { state: "A".repeat(43) }));
    expect([forged.status, heading(forged)]).toEqual([401, "This sign-in is no longer good"]);
    const none = await person.open(new URL(callback.pathname + "?code=x", callback));
    expect([none.status, heading(none)]).toEqual([400, "The chart's answer is not complete"]);
    expect(redeemed()).toBe(0);
  });

  test("works once: the second time redeems nothing and says so", async () => {
    const person = new Person();
    const callback = await onTheWayBack(person);
    const redeemed = tokenRequests();
    expect((await person.open(callback)).status).toBe(200);
    const again = await person.open(callback);
    expect([again.status, heading(again)]).toEqual([409, "This sign-in was already used"]);
    expect(redeemed()).toBe(1);
  });

  test("works once even when both answers come at the same moment", async () => {
    const person = new Person();
    const callback = await onTheWayBack(person);
    const redeemed = tokenRequests();
    const pages = await Promise.all([person.open(callback), person.open(callback)]);
    expect(pages.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(redeemed()).toBe(1);
  });

  test("belongs to the browser that began, and another's try does not spoil it", async () => {
    const person = new Person();
    const callback = await onTheWayBack(person);
    const redeemed = tokenRequests();
    const stranger = await new Person().open(callback);
    expect([stranger.status, heading(stranger)]).toEqual([403, "This sign-in began in another window"]);
    expect(redeemed()).toBe(0);
    expect((await person.open(callback)).status).toBe(200);
  });

  test("sent twice in one answer redeems nothing", async () => {
    const person = new Person();
    const callback = await onTheWayBack(person);
    const redeemed = tokenRequests();
    const doubled = await person.open(callback.href + "&state=another");
    expect(doubled.status).toBe(400);
    expect(redeemed()).toBe(0);
  });

  test("has at least 128 bits and never comes again", async () => {
    const states = await Promise.all(
      [1, 2, 3].map(async () => (await onTheWayBack(new Person())).searchParams.get("state") ?? ""),
    );
    expect(new Set(states).size).toBe(3);
    for (const state of states) expect(state).toMatch(/^[\w-]{43}$/);
  });
});

describe("PKCE", () => {
  test("goes with every launch, by S256, new each time, and its verifier is in no address", async () => {
    const ways = await Promise.all(
      [new Person(), new Person()].map(
        async (person) => (await launchScenario(deployment, person, "inProgress")).way,
      ),
    );
    const asked = ways.map(authorization);
    for (const request of asked) {
      expect(request.get("code_challenge_method")).toBe("S256");
      expect(request.get("code_challenge")).toMatch(/^[\w-]{43}$/);
    }
    expect(asked[0]?.get("code_challenge")).not.toBe(asked[1]?.get("code_challenge"));
    for (const url of ways.flat()) expect(url.searchParams.has("code_verifier")).toBe(false);
  });

  test("satisfies a server that insists on it", async () => {
    deployment.sandbox.oracle.faults.set("pkceRequired");
    expect((await launchScenario(deployment, new Person(), "startsSoon")).status).toBe(200);
    deployment.sandbox.oracle.faults.clear();
  });

  test("goes to a server that does not announce it, too, and the code is redeemed with its verifier", async () => {
    const page = await new Person().open(launchAddress(deployment.url, other.fhirBaseUrl));
    expect(page.status, page.html).toBe(200);
    expect(authorization(page.way).get("code_challenge_method")).toBe("S256");
    const redeemed = new URLSearchParams(other.received.findLast(({ path }) => path === "/token")?.body);
    expect(redeemed.get("code_verifier")).toMatch(/^[\w-]{43}$/);
  });
});

describe("two chart systems at one connector", () => {
  test("have redirect URIs of their own, the same to the letter at both steps", async () => {
    const page = await new Person().open(launchAddress(deployment.url, other.fhirBaseUrl));
    const redirectUri = deployment.url + "/launch/callback/other";
    expect(authorization(page.way).get("redirect_uri")).toBe(redirectUri);
    const redeemed = new URLSearchParams(other.received.findLast(({ path }) => path === "/token")?.body);
    expect(redeemed.get("redirect_uri")).toBe(redirectUri);
    const lamna = await launchScenario(deployment, new Person(), "startsSoon");
    expect(authorization(lamna.way).get("redirect_uri")).toBe(deployment.url + "/launch/callback/lamna");
  });

  test("cannot be mixed up: one's answer at the other's address redeems nothing anywhere", async () => {
    const person = new Person();
    const callback = await onTheWayBack(person);
    const redeemed = tokenRequests();
    const mixed = await person.open(new URL("/launch/callback/other" + callback.search, callback));
    expect([mixed.status, heading(mixed)]).toEqual([502, "Your sign-in could not be confirmed"]);
    expect(redeemed()).toBe(0);
  });

  test("cannot be mixed up where an answer names its issuer (RFC 9207)", async () => {
    const person = new Person();
    const callback = await onTheWayBack(person);
    const redeemed = tokenRequests();
    const mixed = await person.open(changed(callback, { iss: other.origin }));
    expect([mixed.status, heading(mixed)]).toEqual([502, "Your sign-in could not be confirmed"]);
    expect(redeemed()).toBe(0);

    const right = await onTheWayBack(person);
    const issuer = deployment.sandbox.oracle.backChannel + "/tenants/8d2f3c1a-5b7e-4c09-9a61-2e4f6b8d0c11";
    expect((await person.open(changed(right, { iss: issuer }))).status).toBe(200);
  });
});

describe("what else an address says", () => {
  const LURES = {
    return_to: "https://evil.example/",
    next: "//evil.example",
    RelayState: "https://evil.example/",
  };

  test("decides neither client, server nor patient", async () => {
    const person = new Person();
    const launch = await launchOf(deployment, "startsSoon");
    await signInToPowerChart(deployment, person, launch);
    const own = {
      client_id: "evil",
      clientId: "evil",
      fhirServiceUrl: other.fhirBaseUrl,
      redirect_uri: "https://evil.example/",
    };
    const call = changed(new URL(deployment.sandbox.oracle.launchUrl(launch)), {
      ...own,
      patientId: "41000002",
      aud: other.fhirBaseUrl,
    });
    const page = await person.open(call);
    const asked = authorization(page.way);
    expect(asked.get("client_id")).toBe("connector-provider");
    expect(asked.get("aud")).toBe(deployment.sandbox.oracle.fhirBaseUrl(launch.tenant));
    expect(asked.get("redirect_uri")).toBe(deployment.url + "/launch/callback/lamna");
    expect(
      [...asked.keys()].filter((name) => ["patientId", "fhirServiceUrl", "clientId"].includes(name)),
    ).toEqual([]);
    expect(page.html).toContain("Example, Pat");
  });

  test("decides not where the browser goes", async () => {
    const person = new Person();
    const launch = await launchOf(deployment, "startsSoon");
    await signInToPowerChart(deployment, person, launch);
    const away = await person.open(
      changed(new URL(deployment.sandbox.oracle.launchUrl(launch)), LURES),
      isCallback,
    );
    const visit = await person.open(changed(away.url, LURES));
    expect(visit.url.href).toMatch(new RegExp("^" + deployment.url + "/visits/[\\w-]{22}$"));

    const picker = await person.open(changed(new URL(visit.url.pathname + "/sign-in", visit.url), LURES));
    expect(picker.url.origin).toBe(deployment.sandbox.microsoft.pages);
    expect(picker.url.searchParams.get("redirect_uri")).toBe(deployment.url + "/signin/callback");
    const posted = await person.send(changed(new URL(visit.url.pathname + "/end", visit.url), LURES), LURES);
    expect(posted.url.origin + posted.url.pathname).toBe(visit.url.href);
  });
});

// The last, because time does not run back.
test("a state is good for ten minutes", async () => {
  const person = new Person();
  const callback = await onTheWayBack(person);
  const redeemed = tokenRequests();
  deployment.clock.forward(11 * 60_000);
  const late = await person.open(callback);
  expect([late.status, heading(late)]).toEqual([401, "This sign-in is no longer good"]);
  expect(redeemed()).toBe(0);
});
