import { describe, expect, test } from "vitest";
import {
  launchCallbackPath,
  launchPath,
  PATHS,
  pathPattern,
  visitPath,
} from "../../../app/domain/addresses.ts";

/** These addresses are registered at Oracle, Entra and Event Grid, and are in texts: a change has to be made there, too. */
test("the addresses that others hold", () => {
  expect(PATHS).toMatchObject({
    launch: "/launch/provider",
    testLaunch: "/launch/test",
    launchCallback: "/launch/callback",
    signInCallback: "/signin/callback",
    keySet: "/.well-known/jwks.json",
    events: "/webhooks/events",
    link: "/j",
    linkPage: "/v",
    staffLink: "/s",
    portal: "/portal",
  });
});

test("a clinician's page is below the visits, by its launch", () => {
  expect(visitPath("l-1")).toBe("/visits/l-1");
});

test.each(Object.values(PATHS))("%s begins with its slash and ends without one", (path) => {
  expect(path).toMatch(/^(\/[a-z.-]+)+$/);
});

test.each([
  ["test", "test", "/launch/provider"],
  ["production", "production", "/launch/provider"],
  ["production", "test", "/launch/test"],
  ["local", "test", "/launch/test"],
  ["local", "production", "/launch/provider"],
] as const)("a %s deployment opens %s charts at %s", (deployment, chart, path) => {
  expect(launchPath(deployment, chart)).toBe(path);
});

test("each connection's sign-in returns to an address of its own", () => {
  expect(launchCallbackPath("lamna")).toBe("/launch/callback/lamna");
});

describe("a path in a regular expression", () => {
  test.each(Object.values(PATHS))("matches itself: %s", (path) => {
    expect(new RegExp("^" + pathPattern(path) + "$").test(path)).toBe(true);
  });

  test.each([
    ["/.well-known/jwks.json", "/xwell-known/jwks.json"],
    ["/.well-known/jwks.json", "/.well-known/jwksxjson"],
    ["/a+b", "/aab"],
    ["/a(b)", "/ab"],
    ["/a\\d", "/a1"],
    ["/a|/b", "/a"],
  ])("%s does not match %s", (path, other) => {
    const shape = new RegExp("^(" + pathPattern(path) + ")$");
    expect([shape.test(path), shape.test(other)]).toEqual([true, false]);
  });

  test("stays as it is where nothing in it means anything else", () => {
    expect(pathPattern(PATHS.events)).toBe("/webhooks/events");
  });
});
