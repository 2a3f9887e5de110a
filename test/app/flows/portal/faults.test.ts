/** Each page of the portal that says what went wrong: its status, what to do, and where it leads. */
import type { Request } from "express";
import { renderToString } from "preact-render-to-string";
import { h } from "preact";
import { describe, expect, test } from "vitest";
import { portalFaults } from "../../../../app/flows/portal/faults.tsx";
import { WORDS } from "../../../../app/flows/portal/faultWords.ts";
import type { PortalProblem } from "../../../../app/flows/portal/problems.ts";
import type { PortalRight } from "../../../../app/domain/portalRights.ts";
import { BatchTooLarge, StoreConflict, StoreFault } from "../../../../app/ports/store.ts";
import { UnreadableRecord } from "../../../../app/records/record.ts";
import { Fault, type CommonProblem } from "../../../../app/web/fault.ts";
import type { Told } from "../../../../app/web/faults.ts";
import { attributesOf } from "../../../harness/html.ts";

type Any = PortalProblem | CommonProblem;
const faults = portalFaults(
  ({ title, main, organization, audience, language, styles }) =>
    JSON.stringify([title, organization, audience, language, styles]) + renderToString(h("div", {}, main)),
  "Lamna",
);
const tell = (problem: Any, method = "GET", body?: object) =>
  faults.tell(problem, {
    request: { method, body, originalUrl: "/portal/x?a=1" } as unknown as Request,
    reference: "ref-1",
    cause: undefined,
  }) as Told;

const page = "/portal/a?b=c&d";
const IN = "/portal/sign-in?page=" + encodeURIComponent(page);
const OTHER = "/portal/sign-in?account=other";
const ROLES = "/portal/sign-in?account=roles&page=" + encodeURIComponent(page);
const missing = (needs: Extract<PortalProblem, { kind: "role-missing" }>["needs"], isRoleUnknown: boolean) =>
  ({ kind: "role-missing", needs, rights: [], isRoleUnknown, userName: "sam@lamna.example", page }) as const;

const EACH: readonly (readonly [Any, number, string | undefined])[] = [
  [{ kind: "signed-out", page }, 401, IN],
  [{ kind: "session-idle", page }, 401, IN],
  [missing(["configure"], false), 403, OTHER],
  [missing(["configure"], true), 403, ROLES],
  [missing(["decide"], true), 403, ROLES],
  [missing(["report", "departments"], true), 403, OTHER],
  [missing(["report", "configure"], true), 403, ROLES],
  [{ kind: "own-departments-unreadable", row: "manager-1", why: "damaged" }, 503, undefined],
  [{ kind: "signed-in-as-another", userName: "ines@lamna.example" }, 409, undefined],
  [{ kind: "token-missing" }, 401, undefined],
  [{ kind: "token-refused", why: "expired" }, 401, undefined],
  [{ kind: "caller-role-missing", needs: ["operate"] }, 403, undefined],
  [{ kind: "directory-failing" }, 503, undefined],
  [{ kind: "not-vouched", why: "It was not tested." }, 409, undefined],
  [{ kind: "account-other-tenant" }, 403, OTHER],
  [{ kind: "account-guest" }, 403, OTHER],
  [{ kind: "account-organizer" }, 403, OTHER],
  [{ kind: "account-unproven" }, 403, undefined],
  [{ kind: "sign-in-cancelled", page }, 403, IN],
  [{ kind: "roles-not-read", page }, 403, page],
  [{ kind: "sign-in-failed", page, why: "invalid" }, 502, IN],
  [{ kind: "sign-in-late" }, 401, "/portal"],
  [{ kind: "sign-in-used" }, 409, "/portal"],
  [{ kind: "sign-in-other-browser" }, 403, "/portal"],
  [{ kind: "consent-declined" }, 403, "/portal/consent"],
  [{ kind: "consent-other-tenant" }, 403, "/portal/consent"],
  [{ kind: "consent-failed", why: "unavailable" }, 502, "/portal/consent"],
  [{ kind: "consent-failed", why: "registration", code: "AADSTS700016" }, 502, "/portal/consent"],
  [{ kind: "consent-failed", why: "invalid" }, 502, "/portal/consent"],
  [{ kind: "consent-late" }, 401, "/portal/consent"],
  [{ kind: "consent-used" }, 409, "/portal/consent"],
  [{ kind: "consent-other-browser" }, 403, "/portal/consent"],
  [{ kind: "store-failing" }, 503, "/portal/x?a=1"],
  [{ kind: "not-found" }, 404, "/portal"],
  [{ kind: "not-same-origin" }, 403, "/portal"],
  [{ kind: "too-many-requests" }, 429, "/portal/x?a=1"],
  [{ kind: "request-unreadable" }, 400, undefined],
  [{ kind: "request-too-large" }, 413, undefined],
  [{ kind: "too-much-to-keep" }, 413, undefined],
  [{ kind: "unexpected" }, 500, "/portal/x?a=1"],
];

test.each(EACH)("$kind is answered by $1, and leads to $2", (problem, status, to) => {
  const { html, json, ...told } = tell(problem);
  expect(told.status).toBe(status);
  const links = attributesOf(html, "a", "href");
  const others = problem.kind === "role-missing" && to !== OTHER ? [OTHER] : [];
  expect(links).toEqual(to === undefined ? [] : [to, ...others]);
  const {
    title = "",
    happened = "",
    next = "",
    forIt,
    kind,
  } = json as Readonly<Record<string, string | undefined>>;
  expect(json).toMatchObject({ reference: "ref-1" });
  expect(kind).toBe(problem.kind);
  expect(title).toMatch(/^[A-Z].*\w$/);
  for (const says of [happened, next, ...(forIt === undefined ? [] : [forIt])])
    expect(says).toMatch(/^\/?[A-Z].*[\w)][.]$/);
  expect(html.startsWith(JSON.stringify([title, "Lamna", "administrator", "en", ["portal.css"]]))).toBe(true);
  for (const says of [title, happened, next, "ref-1"])
    expect(html.replaceAll("&#39;", "'").replaceAll("&amp;", "&")).toContain(says);
  expect(html.includes("For IT:")).toBe(forIt !== undefined);
});

test.each<readonly [PortalRight[], string[]]>([
  [[], []],
  [["report"], ["/portal/reports", "/portal/help"]],
  [["operate"], ["/portal/operators", "/portal/help"]],
])("who may not see a page and has %j is led to their pages, to another account and out", (rights, pages) => {
  const { html } = tell({ ...missing(["decide"], true), rights });
  expect(attributesOf(html, "a", "href")).toEqual([ROLES, ...pages, OTHER]);
  expect(attributesOf(html, "form", "action")).toEqual(["/portal/sign-out"]);
});

test("a consent that failed says in each case who mends it", () => {
  const words = (problem: Any) => tell(problem).json as Readonly<Record<"title" | "next" | "forIt", string>>;
  const of = (why: "unavailable" | "registration" | "invalid", code?: string) =>
    words({ kind: "consent-failed", why, ...(code !== undefined && { code }) });
  expect(of("unavailable")).toMatchObject({
    title: "Microsoft cannot be asked just now",
    next: expect.stringMatching(/^Begin again in a minute\./) as string,
    forIt: expect.stringContaining("reaches login.microsoftonline.com") as string,
  });
  expect(of("registration", "AADSTS700016")).toMatchObject({
    title: "Microsoft does not accept the connector",
    next: expect.stringMatching(/^Have it mended first/) as string,
    forIt: expect.stringMatching(
      /Compare the app registration.*AADSTS700016: .*client id and the tenant/,
    ) as string,
  });
  expect(of("invalid")).toMatchObject({
    title: "Microsoft did not say that consent was given",
    next: expect.stringMatching(/begin again\.$/) as string,
  });
});

test("each of them is there once, and no two have one title", () => {
  expect(new Set(EACH.map(([{ kind }]) => kind))).toEqual(
    new Set(Object.keys(WORDS).filter((kind) => kind !== "sign-in-again")),
  );
  expect(faults.kinds).toEqual(new Set(Object.keys(WORDS)));
  expect(faults.flow).toBe("portal");
  const titles = [
    ...new Map(
      EACH.map(([problem]) => [problem.kind, (tell(problem).json as { title: string }).title]),
    ).values(),
  ];
  expect(new Set(titles).size).toBe(titles.length);
});

test.each<readonly [Any, string]>([
  [
    missing(["configure"], false),
    "the role Global Administrator or Connector administrator (Connector.Admin).",
  ],
  [missing(["decide"], false), "the role Global Administrator."],
  [
    missing(["report"], false),
    "Global Administrator, Connector administrator (Connector.Admin), or Report reader (Connector.ReportReader).",
  ],
  [missing(["departments"], false), "Department manager (Connector.DepartmentManager)."],
  [missing(["operate"], false), "or Operator (Connector.Operator)."],
  [
    missing(["report", "departments"], false),
    "Report reader (Connector.ReportReader), or Department manager (Connector.DepartmentManager).",
  ],
  [{ kind: "caller-role-missing", needs: ["operate"] }, "needs the role Operator (Connector.Operator)."],
  [{ kind: "caller-role-missing", needs: ["report"] }, "or Report reader (Connector.ReportReader)."],
])("$kind names the roles that count: $1", (problem, says) => {
  expect((tell(problem).json as { happened: string }).happened).toContain(says);
});

test("a role of the directory is given elsewhere than one of the application", () => {
  const forIt = (problem: Any) => (tell(problem).json as { forIt: string }).forIt;
  expect(forIt(missing(["decide"], false))).toContain("Roles and administrators");
  expect(forIt(missing(["configure"], false))).toContain("Users and groups");
  expect(forIt(missing(["decide", "configure"], false))).toContain("Users and groups");
});

test("each reason why a token proves nothing is told in words of its own", () => {
  const whys = [
    ...([
      "malformed",
      "algorithm",
      "signature",
      "unknown-key",
      "foreign-key",
      "expired",
      "not-yet-valid",
    ] as const),
    ...(["issuer", "tenant", "audience", "version", "scope", "guest"] as const),
  ];
  const told = whys.map(
    (why) => (tell({ kind: "token-refused", why }).json as { happened: string }).happened,
  );
  expect(
    new Set(told.filter((says) => /^It.* .*\.$|^Its .*\.$|^Another .*\.$|^Microsoft .*\.$/.test(says))).size,
  ).toBe(whys.length);
});

describe("a form that was sent too late", () => {
  const inputs = (html: string) =>
    [...html.matchAll(/<input ([^>]*)\/>/g)].map(([, attributes]) => attributes);
  const AGAIN = "/portal/sign-in?account=again&amp;page=%2Fportal%2Fa%3Fb%3Dc%26d";

  test.each([
    ["sign-in-again", 403, "Sign in once more"],
    ["signed-out", 401, "Sign in to the portal"],
    ["session-idle", 401, "You were signed out"],
  ] as const)("where the problem is %s keeps what was entered but for secrets", (kind, status, title) => {
    const body = {
      name: 'A "b"',
      systemSecret: "s3cret",
      providerSECRET: "",
      list: ["x", "y"],
      secretly: "kept",
    };
    const told = tell({ kind, page }, "POST", body);
    expect([told.status, told.html.includes(`<h1>${title}</h1>`)]).toEqual([status, true]);
    expect(told.html).toContain(`href="${AGAIN}" target="_blank" rel="noreferrer noopener"`);
    expect(told.html).toContain('<form method="post" action="/portal/x?a=1"');
    expect(inputs(told.html)).toEqual([
      'type="hidden" name="name" value="A &quot;b&quot;"',
      'type="hidden" name="list" value="x"',
      'type="hidden" name="list" value="y"',
      'type="hidden" name="secretly" value="kept"',
      'id="systemSecret" name="systemSecret" type="password" autocomplete="new-password" required',
    ]);
    expect(told.html).toContain("Client secret (system)");
    expect(told.html).toContain("has to be entered again");
    expect(told.html).toContain("what you entered is kept here");
    expect(told.html).not.toContain("s3cret");
    expect(tell({ kind, page }, "POST", { name: "A" }).html).not.toContain("has to be entered again");
    expect(inputs(tell({ kind, page }, "POST").html)).toEqual([]);
  });

  test("is not there for a page that was only opened", () => {
    const { html } = tell({ kind: "sign-in-again", page });
    expect(html).not.toContain("<form");
    expect(html).toContain("The page that you asked for opens next.");
    expect(html).toContain(`href="${AGAIN}">Sign in again`);
    expect(tell({ kind: "not-found" }, "POST", { name: "A" }).html).not.toContain("<form");
  });
});

test("a form that the store did not take is kept on the page, but a program's request is not", () => {
  const { status, html } = tell({ kind: "store-failing" }, "POST", { name: "A" });
  expect(status).toBe(503);
  expect(html).toContain('<form method="post" action="/portal/x?a=1"');
  expect(html).toContain('<input type="hidden" name="name" value="A"');
  expect(tell({ kind: "store-failing" }).html).not.toContain("<form");
  const request = {
    method: "POST",
    body: { a: "b" },
    originalUrl: "/portal/api/canary",
  } as unknown as Request;
  const toProgram = faults.tell({ kind: "store-failing" }, { request, reference: "r", cause: undefined });
  expect((toProgram as Told).html).not.toContain("<form");
});

test.each([
  ["/portal/reports/visits.csv", true],
  ["/portal/audit.csv?from=2026-11-01", true],
  ["/portal/audit.csvx", false],
  ["/portal/x", false],
])("a form sent to %s is answered by a file: %s, which leaves the page as it is", (originalUrl, is) => {
  const request = { method: "POST", body: {}, originalUrl } as unknown as Request;
  const told = faults.tell({ kind: "store-failing" }, { request, reference: "r", cause: undefined }) as Told;
  expect(attributesOf(told.html, "form", "data-file")).toEqual(is ? ["true"] : []);
});

test.each([
  ["GET", "/signin-oidc?code=c"],
  ["GET", "/portal/api/report"],
  ["POST", "/portal/x"],
])("%s %s is not offered to be tried again by its address", (method, originalUrl) => {
  const request = { method, originalUrl } as unknown as Request;
  const told = faults.tell({ kind: "store-failing" }, { request, reference: "r", cause: undefined }) as Told;
  expect(attributesOf(told.html, "a", "href")).toEqual([]);
});

test("a form that ran into a fault of ours is kept, too; a secret in it is asked for again", () => {
  const { html } = tell({ kind: "unexpected" }, "POST", { name: "A", systemSecret: "s3cret" });
  expect(html).toContain('<input type="hidden" name="name" value="A"');
  expect(html).toContain("has to be entered again");
  expect(html).not.toContain("s3cret");
  expect(tell({ kind: "unexpected" }, "POST", { name: "A" }).html).not.toContain("has to be entered again");
  // What another site's page has sent is never offered to be sent from ours.
  expect(tell({ kind: "not-same-origin" }, "POST", { name: "A" }).html).not.toContain("<form");
});

test("what the store does not do is told as that, and a bug as a bug", () => {
  for (const cause of [new StoreFault("down"), new StoreConflict("lost"), new UnreadableRecord("damaged")]) {
    const fault = faults.recognize?.(cause);
    expect([fault?.problem, fault?.cause]).toEqual([{ kind: "store-failing" }, cause]);
  }
  const tooMuch = new BatchTooLarge("2 MB");
  const fault = faults.recognize?.(tooMuch);
  expect([fault?.problem, fault?.cause]).toEqual([{ kind: "too-much-to-keep" }, tooMuch]);
  expect(faults.recognize?.(new Error("a bug"))).toBeUndefined();
  expect(faults.recognize?.(new Fault({ kind: "not-found" }))).toBeUndefined();
});
