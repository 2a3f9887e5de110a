import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchFrom, launchOf } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";
import { ORACLE_TEST_TENANT } from "../../../harness/stack.ts";
import { get, invite, joinAs } from "./colleague.ts";

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

describe("every page of a link into a test chart's visit is marked as a test's, and no other", () => {
  const isMarked = ({ html }: { readonly html: string }) =>
    html.includes('<p class="test-bar">TEST – not for patient care</p>');
  const GUEST = "7d0c5a1e-0000-4000-8000-00000000c001";

  test.each([
    ["test", { tenant: ORACLE_TEST_TENANT, clientId: "connector-provider-test" }, true],
    ["production", {}, false],
  ] as const)("%s", async (_environment, how, isTest) => {
    const opener = new Person();
    const page = await launchFrom(deployment, opener, await launchOf(deployment, "inProgress", how));
    const later = await launchOf(deployment, "withoutRooms", how);
    const early = await launchFrom(deployment, opener, later);
    const link = await invite(opener, page, "colleague");
    const waiting = await invite(opener, early, "colleague");
    expect(isMarked(await get(link)), "the button to sign in").toBe(isTest);
    expect(isMarked(await get(waiting)), "too early").toBe(isTest);
    const firefox = {
      "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    };
    expect(isMarked(await get(link, firefox)), "another browser").toBe(isTest);
    expect(isMarked(await joinAs(new Person(), link, GUEST)), "a fault").toBe(isTest);
    expect(isMarked(await get(link, {}, "POST")), "a fault of the request").toBe(isTest);
    await opener.send(new URL(page.url.pathname + "/end", page.url), {});
    expect(isMarked(await get(link)), "no way on").toBe(isTest);
  });
});
