import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDeployment, type Deployment } from "../harness/deployment.ts";
import { Person } from "../harness/person.ts";
import { heading } from "./flows/provider/otherChart.ts";
import { textsOf } from "../harness/html.ts";

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

test("the health page says which release and package runs, and with which settings", async () => {
  const product = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  expect(await (await fetch(deployment.url + "/healthz")).json()).toEqual({
    status: "up",
    version: product.version,
    package: "0".repeat(64),
    revision: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  });
});

describe("whoever is lost reads a page that is for them", () => {
  test.each<[who: string, path: string, status: number, heading: string]>([
    ["a patient, whose link was cut off", "/j/", 404, "We can't find this visit"],
    ["a patient, whose link was cut off", "/v/", 404, "We can't find this visit"],
    ["a patient, below a link", "/v/x/y/z", 404, "We can't find this visit"],
    ["a patient, by capitals", "/J/x", 404, "We can't find this visit"],
    ["a clinician, without a session", "/visits/x", 401, "You have been signed out"],
    ["a clinician, below a visit", "/visits/x/y", 404, "This page does not exist"],
    ["a clinician, without a launch", "/launch/provider", 400, "This page must be opened from the chart"],
    ["anybody, at the first page", "/", 200, "Video visits"],
    ["anybody, elsewhere", "/portals", 404, "This page does not exist"],
    ["whoever signed in at Microsoft unasked", "/signin/callback", 400, "This sign-in was not begun here"],
    [
      "an administrator, who has consented in Entra",
      "/signin/callback?admin_consent=True&tenant=aaaaaaaa-0000-4000-8000-000000000001",
      400,
      "This sign-in was not begun here",
    ],
    [
      "whoever gave up a sign-in of another flow",
      "/signin/callback?error=access_denied&state=other.x",
      400,
      "This sign-in was not begun here",
    ],
    [
      "a clinician, whose sign-in took too long",
      "/signin/callback?code=x&state=visit.x",
      401,
      "The Microsoft sign-in is no longer good",
    ],
  ])("%s: %s", async (_who, path, status, title) => {
    const page = await new Person().open(deployment.url + path);
    expect([page.status, heading(page)]).toEqual([status, title]);
    expect(page.headers.get("cache-control")).toBe("no-store");
    // Only a clinician is sent back to the chart.
    if (title.startsWith("We can't")) expect(page.html).not.toContain("chart");
    if (title.startsWith("This sign-in")) expect(page.html).not.toMatch(/chart|Patients/);
  });

  test("what a form or a program sends there is told in the same words", async () => {
    const sent = async (path: string, method = "POST") => {
      const answer = await fetch(deployment.url + path, { method });
      return [answer.status, textsOf(await answer.text(), "h1")[0]];
    };
    expect(await sent("/j/x")).toEqual([404, "We can't find this visit"]);
    expect(await sent("/visits/x/end")).toEqual([403, "This was not sent from our page"]);
    expect(await sent("/visits/x/end", "DELETE")).toEqual([403, "This was not sent from our page"]);
    expect(await sent("/elsewhere")).toEqual([404, "This page does not exist"]);
  });
});
