/** Front Door: a route may only name what is in its own profile, and what is named cannot be deleted. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ProviderDriver, type Kept, driveProviders } from "./providerDriver.ts";
import { makes, refusal } from "./makes.ts";

let driver: ProviderDriver;
let make: ReturnType<typeof makes>;
beforeEach(async () => {
  driver = await driveProviders();
  make = makes(driver);
  await make.group();
});
afterEach(() => driver.stop());

async function front(profileName: string, tier = "Premium_AzureFrontDoor") {
  const here = { profileName };
  const profile = await make.make("cdn:Profile", profileName, {
    ...here,
    location: "global",
    sku: { name: tier },
  });
  const endpoint = await make.make("cdn:AFDEndpoint", profileName, {
    ...here,
    endpointName: "fde-" + profileName,
    location: "global",
  });
  const origins = await make.make("cdn:AFDOriginGroup", profileName, { ...here, originGroupName: "site" });
  const domain = await make.make("cdn:AFDCustomDomain", profileName, {
    ...here,
    customDomainName: "public",
    hostName: `${profileName}.lamna.example`,
  });
  const origin = () =>
    make.make("cdn:AFDOrigin", profileName, {
      ...here,
      originGroupName: "site",
      originName: "site",
      hostName: "app-lamna.azurewebsites.net",
    });
  return { profile, endpoint, origins, domain, origin };
}

const route = (profileName: string, originGroup: Kept, customDomain: Kept, routeName = "all") =>
  make.make("cdn:Route", routeName, {
    profileName,
    endpointName: "fde-" + profileName,
    routeName,
    originGroup: { id: originGroup.id },
    customDomains: [{ id: customDomain.id }],
    patternsToMatch: ["/*"],
  });

test("a front whose program says little has an endpoint that is off, and serves http, too", async () => {
  const one = await front("fd-one");
  expect(one.endpoint.outputs).toMatchObject({ enabledState: "Disabled" });
  expect(one.endpoint.outputs["hostName"]).toMatch(/^fde-fd-one-[0-9a-f]{16}\.z01\.azurefd\.net$/);
  expect(one.profile.outputs["frontDoorId"]).toMatch(/^[0-9a-f-]{36}$/);
  await one.origin();
  const made = await route("fd-one", one.origins, one.domain);
  expect(made.outputs).toMatchObject({ httpsRedirect: "Disabled", supportedProtocols: ["Http", "Https"] });
});

test("a route needs an origin, and only names of its own profile", async () => {
  const [one, two] = [await front("fd-one"), await front("fd-two")];
  expect(await refusal(route("fd-one", one.origins, one.domain))).toContain("at least one enabled origin");
  await Promise.all([one.origin(), two.origin()]);
  expect(await refusal(route("fd-one", two.origins, one.domain))).toContain("belongs to another profile");
  expect(await refusal(route("fd-one", one.origins, two.domain))).toContain("belongs to another profile");
  await route("fd-one", one.origins, one.domain);
  expect(await refusal(route("fd-one", one.origins, one.domain, "twin"))).toContain(
    "have the same host, path",
  );
  expect(await refusal(driver.delete(one.origins))).toContain("ResourceInUse");
  expect(await refusal(driver.delete(one.domain))).toContain("ResourceInUse");
});

test("a host name stands before one front of the world", async () => {
  await front("fd-one");
  await make.make("cdn:Profile", "fd-two", {
    profileName: "fd-two",
    location: "global",
    sku: { name: "Premium_AzureFrontDoor" },
  });
  const again = { profileName: "fd-two", customDomainName: "public", hostName: "fd-one.lamna.example" };
  expect(await refusal(make.make("cdn:AFDCustomDomain", "again", again))).toContain("CustomDomainInUse");
});

const policy = (tier: string, more: object = {}) =>
  make.make("frontdoor:Policy", "waf", {
    policyName: "waflamna",
    location: "global",
    sku: { name: tier },
    ...more,
  });
const guard = (wafPolicy: string, domain: Kept) =>
  make.make("cdn:SecurityPolicy", "guard", {
    profileName: "fd-one",
    securityPolicyName: "guard",
    parameters: {
      type: "WebApplicationFirewall",
      wafPolicy: { id: wafPolicy },
      associations: [{ domains: [{ id: domain.id }], patternsToMatch: ["/*"] }],
    },
  });

test("a firewall that says little only looks on; it guards names of a profile of its own tier, and stays", async () => {
  const [one, two] = [await front("fd-one"), await front("fd-two")];
  const waf = await policy("Premium_AzureFrontDoor");
  expect(waf.outputs).toMatchObject({ policySettings: { mode: "Detection" } });
  expect(await refusal(guard("/subscriptions/x/none", one.domain))).toContain("LinkedResourceNotFound");
  expect(await refusal(guard(waf.id, two.domain))).toContain("belongs to another profile");
  await guard(waf.id, one.domain);
  expect(await refusal(driver.delete(waf))).toContain("ResourceInUse");
});

test("a firewall of the smaller tier has no managed rules, and guards no greater front", async () => {
  const one = await front("fd-one");
  const managedRules = {
    managedRuleSets: [{ ruleSetType: "Microsoft_DefaultRuleSet", ruleSetVersion: "2.1" }],
  };
  expect(await refusal(policy("Standard_AzureFrontDoor", { managedRules }))).toContain(
    "not supported by the Standard_AzureFrontDoor",
  );
  const waf = await policy("Standard_AzureFrontDoor");
  expect(await refusal(guard(waf.id, one.domain))).toContain("of another tier");
});

test("a private way to an origin needs the greater tier, and a profile is nowhere in particular", async () => {
  const plan = await make.plan();
  const site = await make.site(plan);
  await front("fd-std", "Standard_AzureFrontDoor");
  const origin = {
    profileName: "fd-std",
    originGroupName: "site",
    originName: "site",
    hostName: "app-lamna.azurewebsites.net",
    sharedPrivateLinkResource: {
      groupId: "sites",
      privateLink: { id: site.id },
      privateLinkLocation: "eastus2",
      requestMessage: "front",
    },
  };
  expect(await refusal(make.make("cdn:AFDOrigin", "site", origin))).toContain(
    "needs the Premium_AzureFrontDoor tier",
  );
  const regional = { profileName: "fd-two", location: "eastus2", sku: { name: "Premium_AzureFrontDoor" } };
  expect(await refusal(make.make("cdn:Profile", "fd-two", regional))).toContain(
    "LocationNotAvailableForResourceType",
  );
});
