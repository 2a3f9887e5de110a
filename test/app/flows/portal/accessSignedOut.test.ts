/** Every address of the portal without a session, and with a cookie that nobody was given. */
import { describe, expect, test } from "vitest";
import { PATHS } from "../../../../app/domain/addresses.ts";
import { Person } from "../../../harness/person.ts";
import { heading } from "../provider/otherChart.ts";
import { guarded, portalOfAll } from "./accessTable.ts";

const { ask, deployment } = portalOfAll();

describe.each(guarded)("%s", (_name, address) => {
  test("without a session says only where to sign in", async () => {
    const page = await ask(new Person(), address);
    expect([page.status, heading(page)]).toEqual([401, "Sign in to the portal"]);
    expect(page.html).not.toContain("portal-nav");
  });

  test("with a cookie that nobody was given, too", async () => {
    const answer = await fetch(deployment().url + PATHS.portal + address.path, {
      method: address.method.toUpperCase(),
      headers: { cookie: "portal=" + "A".repeat(43), "sec-fetch-site": "same-origin" },
    });
    expect(answer.status).toBe(401);
  });
});
