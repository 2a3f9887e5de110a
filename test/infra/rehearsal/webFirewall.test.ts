/**
 * The firewall in its stand-in. Requests with a rate limit of their own count there, all others in the general limit; its
 * managed rules leave out random text of the connector's own, and nothing else; and they look into the body where the policy says so.
 */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { expect, test } from "vitest";
import { visitPath } from "../../../app/domain/addresses.ts";
import { CALL_EVENTS, EVENTS, LINKS, WAITING } from "../../../infra/stack/atTheEdge.ts";
import { azure } from "../../../infra/rehearsal/azure/resourceTypes/require.ts";
import { nameOfOne } from "../../../app/web/cookies.ts";
import { LEFT_OUT, RULES_OF_RANDOM_TEXT } from "../../../infra/stack/leftOut.ts";
import { bodyParts } from "../../../infra/rehearsal/front/appService/requestBody.ts";
import { argumentsOf, cookiesOf } from "../../../infra/rehearsal/front/appService/managedRules.ts";
import { isStoppedByFirewall, type Counts } from "../../../infra/rehearsal/front/appService/webFirewall.ts";
import type { Cloud, CloudResource } from "../../../infra/rehearsal/azure/controlPlane/model.ts";
import { EARLY_TOKEN_LENGTH, TOKEN_LENGTH } from "../../../app/domain/linkToken.ts";

const uri = (pattern: string, negateCondition = false) => ({
  matchVariable: "RequestUri",
  operator: "RegEx",
  matchValue: [pattern],
  negateCondition,
});
const everything = {
  matchVariable: "RequestHeader",
  selector: "Host",
  operator: "GreaterThanOrEqual",
  matchValue: ["0"],
};
const limit = (name: string, priority: number, rateLimitThreshold: number, matchConditions: object[]) => ({
  ...{ name, priority, rateLimitThreshold, matchConditions, ruleType: "RateLimitRule", action: "Block" },
  rateLimitDurationInMinutes: 5,
});
const profile = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Cdn/profiles/fd";
const domain = { id: profile + "/customDomains/d" } as CloudResource;
const policy = {
  id: "/policy",
  properties: {
    policySettings: { enabledState: "Enabled", mode: "Prevention", requestBodyCheck: "Enabled" },
    customRules: {
      rules: [
        limit("floods", 100, 0, [everything, uri(CALL_EVENTS, true), uri(LINKS, true), uri(WAITING, true)]),
        limit("notifications", 110, 2, [uri(CALL_EVENTS)]),
        limit("links", 120, 3, [uri(LINKS)]),
        limit("waiting", 130, 4, [uri(WAITING)]),
      ],
    },
  },
};
const guard = {
  id: profile + "/securityPolicies/guard",
  properties: {
    parameters: { wafPolicy: { id: policy.id }, associations: [{ domains: [{ id: domain.id }] }] },
  },
};
const cloud = {
  all: (type: string) => (type === azure("cdn:SecurityPolicy") ? [guard] : []),
  find: () => policy,
} as unknown as Cloud;

const HOST = "https://visits.lamna.example";
const TOKENS = [TOKEN_LENGTH, EARLY_TOKEN_LENGTH].map((length) => "a".repeat(length));
const TOKEN = TOKENS[0] ?? "";
const LAUNCH = randomBytes(16).toString("base64url");

function tries(address: string, times: number, counts: Counts = new Map()): readonly boolean[] {
  const asked = { method: "GET", url: new URL(address, HOST), from: "203.0.113.77", sent: [] };
  return Array.from({ length: times }, () => isStoppedByFirewall(cloud, domain, asked, counts));
}

test.each([["/webhooks/graph"], ["/webhooks/graph?validationToken=Validation%3A%20Testing"]])(
  "%s has the limit of notifications alone",
  (address) => expect(tries(address, 3)).toEqual([false, false, true]),
);

/** A token as in a text, where an underscore is `%5F`; some phones write that in lower case. */
const inText = (token: string) => token.replace("aa", "%5F%5f");

test.each(
  TOKENS.flatMap((token) => [token, inText(token)]).flatMap((token) => [
    "/j/" + token,
    `/j/${token}?lang=es`,
  ]),
)("%s has the limit of links alone", (address) =>
  expect(tries(address, 4)).toEqual([false, false, false, true]),
);

test.each(["/waiting", "/waiting/stream"])("a launch's %s has the limit of open pages alone", (below) =>
  expect(tries(visitPath(LAUNCH) + below, 5)).toEqual([false, false, false, false, true]),
);

test.each([
  visitPath(LAUNCH),
  visitPath(LAUNCH) + "/waiting?x=1",
  visitPath(LAUNCH) + "/waiting/",
  visitPath(LAUNCH) + "/waiting/streams",
  visitPath(LAUNCH) + "/waiting/stream/more",
  visitPath(LAUNCH) + "/more/waiting",
  visitPath(LAUNCH + "a") + "/waiting",
  visitPath("a%2f" + LAUNCH.slice(4)) + "/waiting",
  "/visits/waiting",
  "/portal" + visitPath(LAUNCH) + "/waiting",
  "/portal?" + visitPath(LAUNCH) + "/waiting",
  `/portal?x=${HOST}${visitPath(LAUNCH)}/waiting/stream`,
  "/portal?/j/" + TOKEN,
  `/portal?x=${HOST}/j/${TOKEN}`,
  "/portal/j/" + TOKEN,
  "/j/" + TOKEN + "/more",
  "/j/" + TOKEN + "a",
  "/j/" + inText(TOKEN) + "a",
  "/j/" + TOKEN.replace("aaa", "%5F"),
  "/j/" + TOKEN.replace("a", "%5E"),
  "/j/",
  "/%6A/" + TOKEN,
  "/J/" + TOKEN,
  "/jx/" + TOKEN,
  `/j/..%2f${TOKEN}`,
  "/portal?/webhooks/graph",
  `/portal?x=${HOST}/webhooks/graph?validationToken=x`,
  "/webhooks/graph/more",
  "/webhooks/graph?other=x",
  "/webhooks/graph?validationToken=x&other=x",
  "/webhooks/graphs",
  "/webhooks/events",
  "/",
])("%s is counted with everything else", (address) => expect(tries(address, 1)).toEqual([true]));

test("one address's requests are not counted as another's, nor one limit's as the other's", () => {
  const counts: Counts = new Map();
  expect(tries("/webhooks/graph", 3, counts).at(-1)).toBe(true);
  expect(tries("/j/" + TOKEN, 1, counts)).toEqual([false]);
  const other = { method: "GET", url: new URL("/webhooks/graph", HOST), from: "203.0.113.78", sent: [] };
  expect(isStoppedByFirewall(cloud, domain, other, counts)).toBe(false);
});

test.each([
  ["Enabled", "<script>alert(1)</script>", true],
  ["Enabled", "' or '1'='1", true],
  ["Enabled", "https://elsewhere.example/r4", true],
  ["Enabled", "STOP", false],
  ["Disabled", "<script>alert(1)</script>", false],
])("with requestBodyCheck %s, a body with %s is stopped: %s", (requestBodyCheck, value, expected) => {
  const { policySettings } = policy.properties;
  const managedRuleSets = [{ ruleSetType: "Microsoft_DefaultRuleSet", ruleSetAction: "Block" }];
  const looking = {
    ...cloud,
    find: () => ({
      ...policy,
      properties: {
        policySettings: { ...policySettings, requestBodyCheck },
        managedRules: { managedRuleSets },
      },
    }),
  } as unknown as Cloud;
  const asked = {
    method: "POST",
    url: new URL("/events", HOST),
    from: "203.0.113.77",
    sent: [{ kind: "RequestBody", name: "", value } as const],
  };
  expect(isStoppedByFirewall(looking, domain, asked, new Map())).toBe(expected);
});

test("an expression is no longer than the firewall takes, and catches no group", () => {
  for (const pattern of [EVENTS, CALL_EVENTS, LINKS, WAITING]) {
    expect(pattern.length).toBeLessThanOrEqual(256);
    expect(new RegExp(pattern + "|").exec("")).toHaveLength(1);
  }
});

const managed = {
  managedRules: {
    managedRuleSets: [
      {
        ruleSetType: "Microsoft_DefaultRuleSet",
        ruleSetAction: "Block",
        ruleGroupOverrides: RULES_OF_RANDOM_TEXT.map(({ id }) => ({
          rules: [
            { ruleId: id, enabledState: "Enabled", action: "AnomalyScoring", exclusions: [...LEFT_OUT] },
          ],
        })),
      },
    ],
  },
};
/** Random text that is encoded SQL by chance. */
const UNLUCKY = "Zk_0xA1f-" + "b".repeat(34);

const isRefused = (address: string, cookie = "", form = "") =>
  isStoppedByFirewall(
    {
      ...cloud,
      find: () => ({ properties: { policySettings: policy.properties.policySettings, ...managed } }),
    } as unknown as Cloud,
    domain,
    {
      ...{ method: "POST", url: new URL(address, HOST), from: "203.0.113.77" },
      sent: [...cookiesOf(cookie), ...argumentsOf("RequestBodyPostArgNames", new URLSearchParams(form))],
    },
    new Map(),
  );

const UNREFUSED: readonly (readonly [what: string, address: string, cookie: string, form: string])[] = [
  ["a session of the portal", "/portal", "a=b; __Secure-portal=" + UNLUCKY, ""],
  ["a visit's session", "/visits/x", "__Secure-visit=" + UNLUCKY, ""],
  ["a launch", "/launch/callback/x", "__Secure-launch-0123456789ab=" + UNLUCKY, ""],
  ["a sign-in", "/signin/callback", "__Secure-signin-0123456789ab=" + UNLUCKY, ""],
  ...["code", "state", "session_state"].map(
    (name) => ["a sign-in's " + name, `/signin/callback?${name}=${UNLUCKY}`, "", ""] as const,
  ),
  ["a visit's form", "/visits/x/messages", "", `visit=${UNLUCKY}&text=${UNLUCKY}&mail=${UNLUCKY}`],
];
test.each(UNREFUSED)("%s is let in, whatever its random text looks like", (_what, address, cookie, form) => {
  expect(isRefused(address, cookie, form)).toBe(false);
});

test.each([
  ["a parameter of another name", `/signin/callback?codes=${UNLUCKY}`, "", ""],
  ["a cookie of another name", "/", "visit=" + UNLUCKY, ""],
  ["a cookie's name", "/", `__Secure-launch-${UNLUCKY}=x`, ""],
  ["a field of another name", "/", "", "reason=" + UNLUCKY],
  ["an attack in a parameter that one rule leaves out", "/?code=%3Cscript%3E", "", ""],
  ["an attack in a cookie that one rule leaves out", "/", "__Secure-visit=<script>", ""],
  ["an attack in a form", "/", "", "text=' or 1=1"],
  ["another server in a form", "/", "", "text=https://elsewhere.example"],
])("%s is refused", (_what, address, cookie, form) => {
  expect(isRefused(address, cookie, form)).toBe(true);
});

test("a name of one of several cookies is no encoded SQL, whatever its hash", () => {
  for (let times = 0; times < 2000; times++)
    expect(nameOfOne("launch-", randomBytes(32).toString("base64url"))).toMatch(/^launch-[0-9a-f]{12}$/);
});

test("a body is read by the firewall, and again by whoever it goes on to", async () => {
  const body = "text=" + "x".repeat(100_000);
  const server = createServer((request, response) => {
    void bodyParts(request).then(([part]) => {
      response.setHeader("x-seen", [part?.kind, Math.min(part?.value.length ?? 0, body.length)].join(" "));
      request.pipe(response);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const type = { "content-type": "application/x-www-form-urlencoded" };
  for (const [sent, headers, seen] of [
    [body, type, "RequestBodyPostArgNames 100000"],
    ["text=a", type, "RequestBodyPostArgNames 1"],
    [body, { "content-type": "text/plain" }, "RequestBody 100005"],
    // Of a longer one, the beginning.
    [body + body, type, expect.stringMatching(/^RequestBodyPostArgNames [1-9]/)],
  ] as const) {
    const answer = await fetch(`http://127.0.0.1:${String(port)}`, { method: "POST", headers, body: sent });
    expect([answer.headers.get("x-seen"), await answer.text()]).toEqual([seen, sent]);
  }
  await new Promise((resolve) => server.close(resolve));
});
