/** A change that waits: what prevents it by now, whose right it needs, and what its page shows to whom. */
import { renderToString } from "preact-render-to-string";
import { describe, expect, test } from "vitest";
import type { FhirBaseUrl } from "../../../../app/domain/fhirBaseUrl.ts";
import { GLOBAL_ADMINISTRATOR, type PortalRight } from "../../../../app/domain/portalRights.ts";
import { nowOf, obstacleOf, rightOf } from "../../../../app/flows/portal/approvals/beneath.ts";
import { approvalsPage, momentOf } from "../../../../app/flows/portal/approvals/approvalsPage.tsx";
import {
  namedWords,
  proposalNames,
  titleNames,
  titleOf,
  whichOf,
  type ProposalNames,
} from "../../../../app/flows/portal/approvals/named.ts";
import { PROPOSED, proposedWords } from "../../../../app/flows/portal/approvals/proposedWords.ts";
import { proposalPage } from "../../../../app/flows/portal/approvals/proposalPage.tsx";
import * as refusals from "../../../../app/flows/portal/approvals/refusals.ts";
import { NO_OVERRIDE, NOT_CLEARED } from "../../../../app/flows/portal/connections/refusals.ts";
import { portalPages } from "../../../../app/flows/portal/pages.tsx";
import type { PortalPicks } from "../../../../app/flows/portal/parts.ts";
import type { PortalConnection } from "../../../../app/records/portalConnections.ts";
import type { PortalDepartment } from "../../../../app/records/portalDepartments.ts";
import type { PortalSession } from "../../../../app/records/portalSessions.ts";
import type { Proposal } from "../../../../app/records/proposals.ts";
import type { Setting } from "../../../../app/records/settings.ts";
import type { UnreadableSetting } from "../../../../app/records/unreadableSetting.ts";
import { attributesOf, rowsIn, textsOf } from "../../../harness/html.ts";
import { elementsOf } from "../../../../infra/rehearsal/visit/html.ts";

const URL = "https://chart.example/r4/one";
const CONNECTION: PortalConnection = {
  name: "One",
  fhirBaseUrl: URL,
  environment: "test",
  visitTypes: ["Video Visit"],
  enabled: true,
};
const WARD: PortalDepartment = {
  name: "Ward",
  phone: "(202) 555-0100",
  timeZone: "America/Chicago",
  connection: "lamna",
  locations: ["ward-1"],
  organizers: ["7d0c5a1e-0000-4000-8000-00000000aaaa"],
  lobby: "staff",
};
const AT = "2026-11-20T10:00:00.000Z";
const OVERRIDDEN = { by: "override", reason: "r", at: AT } as const;
const VISITED = { by: "visit", connectionId: "t", at: AT } as const;
const production = (more: Partial<PortalConnection> = {}): PortalConnection => ({
  ...CONNECTION,
  environment: "production",
  ...more,
});

interface World {
  readonly stackConnections?: readonly string[];
  readonly stackDepartments?: readonly string[];
  readonly approvals?: object;
  readonly said?: object;
  readonly settings?: readonly { readonly id: string; readonly value: PortalConnection }[];
  readonly wasProduction?: boolean;
  /** A visit on a test connection has succeeded. */
  readonly proved?: boolean;
}
function picksOf({
  stackConnections = [],
  stackDepartments = [],
  approvals,
  said,
  settings = [],
  wasProduction = false,
  proved = false,
}: World): PortalPicks {
  const former = { connectionId: "gone", fhirBaseUrl: URL, environment: "production" };
  return {
    environment: "test",
    ...(approvals !== undefined && { approvals }),
    textingNow: { said },
    messageRules: { words: [] },
    dataRegions: { told: () => [] },
    publicUrl: "https://video.example",
    log: { error: () => undefined },
    directory: { account: () => Promise.resolve("not-told") },
    departmentSettings: { list: () => Promise.resolve([]) },
    connectionSettings: {
      list: () => Promise.resolve(settings),
      read: (id: string) => Promise.resolve(settings.find((one) => one.id === id)),
    },
    formerAddresses: { list: () => Promise.resolve(wasProduction ? [former] : []) },
    testVisits: {
      list: () => Promise.resolve(proved ? [{ connectionId: "t", openedAt: AT, tappedAt: AT }] : []),
    },
    hospital: {
      organization: { name: "Lamna", nameInTexts: "Lamna" },
      connections: () => Promise.resolve([]),
      stackConnections: [...stackConnections, "lamna"].map((id) => ({
        ...{ id, name: id, environment: "test" },
        fhirBaseUrl: ("https://chart.example/r4/" + id) as FhirBaseUrl,
      })),
      stackDepartments: stackDepartments.map((id) => ({
        id,
        name: id,
        connection: "lamna",
        locations: ["x"],
      })),
    },
  } as unknown as PortalPicks;
}

const says = (text: string) => ({
  title: "It was not approved",
  says: expect.stringContaining(text) as string,
});
const of = (after?: PortalConnection, before?: PortalConnection): Proposal["of"] => ({
  ...{ kind: "connection", id: "one" },
  ...(after && { after }),
  ...(before && { before }),
});

describe("what prevents it by now", () => {
  test.each<readonly [string, Proposal["of"], World, unknown]>([
    ["nothing", of(CONNECTION), {}, undefined],
    [
      "nothing, of a removal, even of the stack's",
      of(undefined, CONNECTION),
      { stackConnections: ["one"] },
      undefined,
    ],
    ["the stack file has it", of(CONNECTION), { stackConnections: ["one"] }, refusals.LOCKED_NOW],
    [
      "the stack file has another one",
      of({ ...CONNECTION, fhirBaseUrl: "https://chart.example/r4/two" }),
      { stackConnections: ["other"] },
      undefined,
    ],
    [
      "another connection has its chart system",
      of(CONNECTION),
      { settings: [{ id: "two", value: { ...CONNECTION, name: "Two" } }] },
      says("This is the base URL of Two (two), a connection of the portal."),
    ],
    [
      "only it has its chart system",
      of(CONNECTION),
      { settings: [{ id: "one", value: CONNECTION }] },
      undefined,
    ],
    [
      "its chart system was production",
      of(CONNECTION),
      { wasProduction: true },
      says("was production here, as the connection gone"),
    ],
    [
      "nothing, of a production one that is off",
      of(production({ enabled: false, cleared: VISITED })),
      {},
      undefined,
    ],
    ["nothing, of one that was not cleared", of(production()), {}, undefined],
    ["no visit clears it any more", of(production({ cleared: VISITED })), {}, NOT_CLEARED],
    [
      "nothing, since a visit has cleared it",
      of(production({ cleared: VISITED })),
      { proved: true },
      undefined,
    ],
    [
      "nothing, since it was cleared before",
      of(production({ cleared: VISITED }), production({ cleared: VISITED, enabled: false })),
      {},
      undefined,
    ],
    [
      "it was cleared by something else before",
      of(production({ cleared: VISITED }), production({ cleared: OVERRIDDEN })),
      {},
      NOT_CLEARED,
    ],
    ["no override is allowed", of(production({ cleared: OVERRIDDEN })), { proved: true }, NO_OVERRIDE],
    [
      "nothing, where overrides are allowed",
      of(production({ cleared: OVERRIDDEN })),
      { approvals: { testOverride: true } },
      undefined,
    ],
    ["nothing, of a department", { kind: "department", id: "ward", after: WARD }, {}, undefined],
    [
      "the stack file has the department",
      { kind: "department", id: "ward", after: WARD },
      { stackDepartments: ["other", "ward"] },
      refusals.LOCKED_NOW,
    ],
    [
      "the stack file has another department",
      { kind: "department", id: "ward", after: WARD },
      { stackDepartments: ["other"] },
      undefined,
    ],
    [
      "the department is none by now",
      { kind: "department", id: "ward", after: { ...WARD, connection: "gone", phone: "none" } },
      {},
      says(
        "Enter a number that patients can tap and call: all of it with its area code, such as (202) 555-0100; outside the United States and Canada with + and the country code, such as +49 30 5550100. Choose the FHIR connection",
      ),
    ],
    [
      "nothing, of a second person",
      { kind: "approvals", id: "a", after: { secondPerson: true } },
      { approvals: {} },
      undefined,
    ],
    [
      "the stack file says whether a second person is asked",
      { kind: "approvals", id: "a", after: { secondPerson: true } },
      { approvals: { secondPerson: false } },
      refusals.STACKS,
    ],
    ["nothing, of texts", { kind: "texting", id: "t", after: { connections: [] } }, {}, undefined],
    [
      "the stack file says texts",
      { kind: "texting", id: "t", after: { connections: [] } },
      { said: { connections: [] } },
      refusals.LOCKED_NOW,
    ],
    [
      "nothing, of messages, since members are locked one by one",
      { kind: "messages", id: "m", after: { allHours: true } },
      { said: {}, stackConnections: ["m"] },
      undefined,
    ],
    [
      "nothing, of an allocation",
      { kind: "allocation", id: "one", after: { hospital: 1, departments: [] } },
      { stackConnections: ["one"] },
      undefined,
    ],
    [
      "nothing, of a manager",
      { kind: "manager", id: "one", after: { departments: ["a"] } },
      { stackConnections: ["one"] },
      undefined,
    ],
    [
      "nothing, of reports",
      {
        kind: "reports",
        id: "one",
        after: {
          lossPercent: 1,
          jitterMs: 1,
          roundTripMs: 1,
          poorStreamsPercent: 1,
          keepsAppointments: true,
        },
      },
      { stackConnections: ["one"] },
      undefined,
    ],
  ])("is that %s", async (_what, change, world, obstacle) => {
    expect(await obstacleOf(picksOf(world), change)).toEqual(obstacle);
  });

  const ADDRESSES = {
    issuer: "https://a.example",
    authorizationEndpoint: "https://a.example/a",
    tokenEndpoint: "https://a.example/t",
    jwksUri: "https://a.example/k",
  };
  const ofAddresses = { kind: "addresses", id: "lamna", before: ADDRESSES, after: ADDRESSES } as const;
  test.each([
    ["names them still", { ok: false, changed: { now: ADDRESSES } }, "lamna", undefined],
    [
      "names others",
      { ok: false, changed: { now: { ...ADDRESSES, issuer: "https://b.example" } } },
      "lamna",
      refusals.OTHER_ADDRESSES_NOW,
    ],
    ["names the old ones again", { ok: true }, "lamna", refusals.OTHER_ADDRESSES_NOW],
    ["does not answer", { ok: false }, "lamna", refusals.ADDRESSES_UNSAID],
    ["does not answer while known", { ok: true, ailing: "down" }, "lamna", refusals.ADDRESSES_UNSAID],
    ["is gone", { ok: false, changed: { now: ADDRESSES } }, "gone", refusals.OTHER_ADDRESSES_NOW],
  ])("of sign-in addresses is asked of the server, which %s", async (_what, standing, id, obstacle) => {
    const picks = {
      ...picksOf({}),
      standings: { askNow: () => Promise.resolve(standing) },
    } as unknown as PortalPicks;
    expect(await obstacleOf(picks, { ...ofAddresses, id })).toEqual(obstacle);
  });

  test("needs the right of the change itself; sign-in addresses are a Global Administrator's", () => {
    expect(rightOf(ofAddresses as Proposal["of"], "test")).toBe("decide");
    expect(rightOf(of(CONNECTION), "production")).toBe("configure");
    expect(rightOf({ kind: "approvals", id: "a", after: { secondPerson: false } }, "test")).toBe("decide");
  });

  test("is judged beside the setting of its own kind as it is now", async () => {
    const reader = (kind: string) => ({ read: (id: string) => Promise.resolve(kind + " " + id) });
    const kinds = [
      "connection",
      "department",
      "approval",
      "texting",
      "message",
      "allocation",
      "manager",
      "report",
    ];
    const picks = Object.fromEntries(
      kinds.map((kind) => [kind + "Settings", reader(kind)]),
    ) as unknown as PortalPicks;
    const plural: Readonly<Record<string, string>> = {
      approval: "approvals",
      message: "messages",
      report: "reports",
    };
    for (const kind of kinds)
      expect(await nowOf(picks, { kind: plural[kind] ?? kind, id: "x" } as Proposal["of"])).toBe(kind + " x");
    expect(await nowOf(picks, ofAddresses as Proposal["of"])).toBeUndefined();
  });
});

const session = (rights: readonly PortalRight[], objectId = "me", directoryRoles?: readonly string[]) =>
  ({
    rights,
    administrator: {
      objectId,
      displayName: "Sam",
      userName: "sam",
      ...(directoryRoles && { directoryRoles }),
    },
  }) as unknown as PortalSession;
const CONFIGURES = session(["configure"], "me", []);
const DECIDES = session(["configure", "decide"], "me", [GLOBAL_ADMINISTRATOR]);
const pages = portalPages(({ title, main }) => title + "\n" + renderToString(<>{main}</>), "Lamna");
const waits = (change: Proposal["of"], more: Partial<Proposal> = {}): Setting<Proposal> => ({
  id: "connection.one",
  revision: 7,
  changedAt: new Date("2026-11-29T08:15:40.123Z"),
  value: { of: change, action: "connection.edited", by: "other", ...more },
});
const PERSON = "7d0c5a1e-0000-4000-8000-00000000aaaa";
const NAMES: ProposalNames = {
  people: new Map([
    ["other", "Alex Romero"],
    [PERSON, "Kim Ward"],
  ]),
  connections: new Map([["one", "Lakeside"]]),
  departments: new Map([["one", "Cardiology"]]),
};
const factsIn = (html: string) =>
  elementsOf(html, "dt").map(({ text, nextElementSibling }) => `${text}: ${nextElementSibling?.text ?? ""}`);
const formsIn = (html: string) =>
  elementsOf(html, 'form[method="post"]').map((form) =>
    [
      form.getAttribute("action"),
      form.querySelector('input[type="hidden"][name="revision"]')?.getAttribute("value"),
      form.querySelector("button")?.text,
    ].join(" "),
  );

describe("the page of one", () => {
  const before = { ...CONNECTION, name: "Before", visitTypes: ["A"] };
  const after = { ...before, name: "After" };
  const edit: Proposal["of"] = { kind: "connection", id: "one", shown: 3, before, after };
  const page = (
    proposal: Setting<Proposal>,
    {
      now = { id: "one", revision: 3, changedAt: new Date(0), value: before },
      needs = "configure",
      as = CONFIGURES,
      refusal,
      unreadable,
    }: {
      now?: Setting<unknown> | undefined;
      unreadable?: UnreadableSetting;
      needs?: PortalRight;
      as?: PortalSession;
      refusal?: { title: string; says: string };
    } = {},
  ) => proposalPage(pages, as, { proposal, now, unreadable, names: NAMES, needs, refusal });
  const gone = (proposal: Setting<Proposal>) =>
    proposalPage(pages, CONFIGURES, {
      proposal,
      unreadable: undefined,
      now: undefined,
      names: NAMES,
      needs: "configure",
      refusal: undefined,
    });
  const APPROVE = "/portal/approvals/connection.one/approve 7 Approve it";
  const REJECT = "/portal/approvals/connection.one/reject 7 Reject it";
  const BACK = "/portal/approvals/connection.one/reject 7 Take it back";

  test("says what it changes, who proposed it, and until when it waits", () => {
    const html = page(waits(edit, { reason: "because" }));
    expect(html).toMatch(/^Before: a change waits\n/);
    expect(factsIn(html)).toEqual([
      "Change: Edit a connection",
      "Of: Before (one)",
      "Proposed by: Alex Romeroother",
      "Proposed at: 2026-11-29 08:15 (UTC)",
      "Waits until: 2026-12-06 08:15 (UTC); then it is taken away",
      "Reason: because",
    ]);
    expect(factsIn(page(waits(edit))).at(-1)).toMatch(/^Waits until/);
    expect(rowsIn(html)).toEqual([
      ["Field", "When it was proposed", "Proposed"],
      ["Name", "Before", "After"],
    ]);
    expect(html).not.toContain("notice");
  });

  test.each<readonly [string, Partial<Proposal>, PortalRight, PortalSession, readonly string[], string]>([
    ["another administrator", {}, "configure", CONFIGURES, [APPROVE, REJECT], ""],
    [
      "whoever proposed it",
      { by: "me" },
      "configure",
      CONFIGURES,
      [BACK],
      "You proposed it: another administrator",
    ],
    [
      "an administrator without the right",
      {},
      "decide",
      CONFIGURES,
      [REJECT],
      "only a Global Administrator approves it",
    ],
    ["a Global Administrator", {}, "decide", DECIDES, [APPROVE, REJECT], ""],
    ["a Global Administrator who proposed it", { by: "me" }, "decide", DECIDES, [BACK], "You proposed it"],
    ["who proposed what they may not approve", { by: "me" }, "decide", CONFIGURES, [BACK], "You proposed it"],
  ])("offers %s what they may do", (_who, more, needs, as, forms, text) => {
    const html = page(waits(edit, more), { needs, as });
    expect(formsIn(html)).toEqual(forms);
    const hints = ["You proposed it", "only a Global Administrator approves it"];
    expect(hints.filter((hint) => html.includes(hint))).toEqual(hints.filter((hint) => text.includes(hint)));
    expect(html).toContain(text);
    expect(html).toContain('href="/portal/approvals">Back to the list');
  });

  test("where Microsoft has not told of the directory's roles, they can be read for this page", () => {
    const html = page(waits(edit), { needs: "decide", as: session(["configure"]) });
    expect(html).toContain("account=roles&amp;page=%2Fportal%2Fapprovals%2Fconnection.one");
    expect(page(waits(edit), { needs: "decide" })).not.toContain("account=roles");
  });

  test("says what was refused", () => {
    const html = page(waits(edit), { refusal: refusals.OWN });
    expect(html).toContain(refusals.OWN.title);
    expect(html).toContain(refusals.OWN.says);
  });

  test("of a setting that was changed since shows both beside it, and is not approved", () => {
    const value = { ...before, name: "Meanwhile", visitTypes: ["B"] };
    const html = page(waits(edit), { now: { id: "one", revision: 4, changedAt: new Date(0), value } });
    expect(rowsIn(html)).toEqual([
      ["Field", "When it was proposed", "Proposed", "Now"],
      ["Name", "Before", "After", "Meanwhile"],
      ["Visit types", "A", "Not changed by it", "B"],
    ]);
    const same = page(waits(edit), {
      now: { id: "one", revision: 4, changedAt: new Date(0), value: before },
    });
    // In a narrow window each value has its column's name above it.
    expect(attributesOf(html, "[data-head]", "data-head").slice(0, 3)).toEqual([
      "When it was proposed",
      "Proposed",
      "Now",
    ]);
    expect(rowsIn(same)[1]).toEqual(["Name", "Before", "After", "Before"]);
    expect(formsIn(html)).toEqual([REJECT]);
    expect(html).toContain("It was changed by somebody else since this was proposed");
    expect(html).toContain('href="/portal/connections/one/edit">Go on with it in the form');
  });

  test.each<readonly [string, Proposal["of"], string, boolean]>([
    [
      "a department",
      { kind: "department", id: "ward", shown: 1, before: WARD, after: { ...WARD, name: "B" } },
      'href="/portal/departments/ward/edit">Go on with it',
      true,
    ],
    [
      "a removal",
      { kind: "connection", id: "one", shown: 1, before },
      "propose it anew if it is still right",
      true,
    ],
    [
      "texts",
      { kind: "texting", id: "t", shown: 1, after: { connections: [] } },
      "propose it anew if it is still right",
      true,
    ],
    [
      "a new one whose id was taken",
      { kind: "connection", id: "one", after },
      "propose it with another id",
      true,
    ],
    [
      "one that is gone",
      { kind: "connection", id: "one", shown: 1, before, after },
      "It no longer exists. Reject",
      false,
    ],
  ])("of %s that is stale says what to do", (_which, change, text, isThere) => {
    const html = isThere ? page(waits(change)) : gone(waits(change));
    expect(html).toContain(text);
    expect(html).not.toContain("Approve it");
    const all = ["Go on with it", "anew if it is still right", "with another id", "no longer exists"];
    expect(all.filter((one) => html.includes(one))).toEqual(all.filter((one) => text.includes(one)));
  });

  test("of a removal says what is taken away, and of nothing that it is nothing", () => {
    const removal = page(waits({ kind: "connection", id: "one", shown: 3, before }));
    expect(rowsIn(removal)).toContainEqual(["Name", "Before", "taken away"]);
    expect(page(waits({ ...edit, after: before }))).toContain("It changes nothing that the setting has now.");
  });

  test("of a new one has no value from before", () => {
    expect(rowsIn(gone(waits({ kind: "connection", id: "one", after })))).toContainEqual([
      "Name",
      "–",
      "After",
    ]);
  });

  test("hides secrets, and only where they are", () => {
    const secret = (sealedSecret: string) => ({
      system: { clientId: "s", authentication: { method: "client_secret_basic", sealedSecret } } as const,
    });
    const html = page(
      waits({ ...edit, before: { ...before, ...secret("one") }, after: { ...before, ...secret("two") } }),
    );
    expect(rowsIn(html)).toContainEqual(["System client’s secret", "(not shown)", "(not shown)"]);
    expect(html).not.toMatch(/>(one|two)</);
  });

  test("a change of what cannot be read is approved by nobody, and rejected by anybody", () => {
    const unreadable = { kind: "connection", id: "one", row: "connection-one", why: "damaged" } as const;
    const html = proposalPage(pages, CONFIGURES, {
      ...{ proposal: waits(edit), now: undefined, unreadable, names: NAMES, needs: "configure" },
      refusal: undefined,
    });
    expect(html).toContain("What it changes cannot be read, so nobody can approve it now");
    expect(html).toContain("the row connection-one of the store’s container settings is damaged");
    expect([html.includes("Approve it"), html.includes("Reject it")]).toEqual([false, true]);
    expect(html).not.toContain("It no longer exists");
  });
});

describe("the list", () => {
  const list = (more: Partial<Parameters<typeof approvalsPage>[2]> = {}, as = CONFIGURES) =>
    approvalsPage(pages, as, {
      ...{
        isAsked: false,
        waiting: [],
        unreadable: [],
        ownUnreadable: undefined,
        names: NAMES,
        revision: 5,
        said: undefined,
        stackFile: "Pulumi.lamna.yaml",
      },
      refusal: undefined,
      ...more,
    });
  const REQUIRE = "/portal/approvals/require 5 Let changes wait for a second person";
  const LOOSEN = "/portal/approvals/loosen 5 Let changes be made alone";

  test("has each change with its time, and otherwise that there is none", () => {
    const html = list({
      waiting: [waits(of(CONNECTION)), { ...waits(of(CONNECTION), { by: "me" }), id: "connection.two" }],
    });
    expect(rowsIn(html)).toEqual([
      ["Change", "Of", "Proposed by", "Proposed at (UTC)", "Waits until (UTC)"],
      [
        "Edit a connection: One (one)",
        "One (one)",
        "Alex Romeroother",
        "2026-11-29 08:15",
        "2026-12-06 08:15",
      ],
      ["Edit a connection: One (one)", "One (one)", "You", "2026-11-29 08:15", "2026-12-06 08:15"],
    ]);
    // For whoever sees the page, the column beside it says of what.
    expect(textsOf(html, 'th[scope="row"] .unseen')).toEqual([": One (one)", ": One (one)"]);
    expect(html).toContain('href="/portal/approvals/connection.two"');
    expect(html).not.toContain("No change waits.");
    expect(list()).toContain("No change waits.");
    expect(list()).not.toContain("<table");
  });

  test.each<readonly [string, object, PortalSession, readonly string[], string, string, boolean]>([
    [
      "while nobody asks for one",
      {},
      CONFIGURES,
      [REQUIRE],
      "Off",
      "Each administrator changes the configuration alone",
      false,
    ],
    ["while one is asked for", { isAsked: true }, CONFIGURES, [], "On", "for 7 days at most", true],
    [
      "of a Global Administrator",
      { isAsked: true },
      DECIDES,
      [LOOSEN],
      "On",
      "waits for another Global Administrator",
      false,
    ],
    [
      "that the stack file asks for",
      { isAsked: true, said: "Pulumi.x.yaml" },
      DECIDES,
      [],
      "On",
      "change it in <code>Pulumi.x.yaml",
      false,
    ],
    [
      "that the stack file does not ask for",
      { said: "Pulumi.x.yaml" },
      CONFIGURES,
      [],
      "Off",
      "Locked",
      false,
    ],
  ])("offers the switch of a second person %s", (_which, more, as, forms, status, text, saysWho) => {
    const html = list(more, as);
    expect(formsIn(html)).toEqual(forms);
    expect(textsOf(html, ".status.good, .status.calm")[0]).toBe(status);
    expect(html).toContain(text);
    expect(html.includes("Only a Global Administrator or the stack file can loosen it.")).toBe(saysWho);
  });

  test("says what was refused", () => {
    expect(list()).not.toContain("notice");
    const html = list({ refusal: refusals.ANSWERED });
    expect([html.includes(refusals.ANSWERED.title), html.includes(refusals.ANSWERED.says)]).toEqual([
      true,
      true,
    ]);
  });
});

test.each<readonly [Proposal["of"], string]>([
  [{ kind: "approvals", id: "a" }, "Approvals"],
  [{ kind: "texting", id: "t" }, "Texts"],
  [{ kind: "messages", id: "m" }, "Messages to patients"],
  [{ kind: "allocation", id: "a" }, "Allocation of visits"],
  [{ kind: "reports", id: "r" }, "Reports"],
  [{ kind: "manager", id: "who" }, "Department manager who"],
  [{ kind: "manager", id: PERSON }, "Department manager Kim Ward"],
  [{ kind: "addresses", id: "gone" } as Proposal["of"], "Sign-in addresses of gone"],
  [{ kind: "addresses", id: "one" } as Proposal["of"], "Sign-in addresses of Lakeside"],
  [of(CONNECTION), "One"],
  [of({ ...CONNECTION, name: "Two" }, CONNECTION), "One"],
  [of(), "one"],
  [{ kind: "department", id: "ward", after: WARD }, "Ward"],
])("%j is titled %s", (change, title) => {
  expect(titleOf({ of: change }, NAMES)).toBe(title);
  // One of several has its id beside its name, and what is there once has none.
  const { kind, id } = change;
  const isOne = ["addresses", "connection", "department", "manager"].includes(kind);
  expect(whichOf({ of: change }, NAMES)).toBe(isOne && !title.endsWith(id) ? `${title} (${id})` : title);
});

test.each<readonly [Proposal["of"]["kind"], string, string | undefined, string]>([
  ["department", "organizers", `["${PERSON}"]`, `Kim Ward (${PERSON})`],
  ["texting", "consents.sendOnBehalf.by", PERSON, `Kim Ward (${PERSON})`],
  ["manager", "departments", '["one","gone"]', "Cardiology (one), gone"],
  ["department", "connection", "one", "Lakeside (one)"],
  ["texting", "connections", '["one"]', "Lakeside (one)"],
  ["texting", "notTexted", "[]", "none"],
  ["texting", "connections (what differs)", '["one"]', "Lakeside (one)"],
  ["department", "organizers (what differs)", `["${PERSON}"]`, `Kim Ward (${PERSON})`],
  ["messages", "connections", '[{"connection":"one","kinds":["x"]}]', 'connection one, kinds ["x"]'],
  ["connection", "cleared.connectionId", "one", "Lakeside (one)"],
  ["allocation", "departments", '[{"id":"one","visits":1}]', "id one, visits 1"],
  ["connection", "name", "one", "one"],
  ["connection", "name", undefined, "–"],
])("of %s the member %s with the value %s is told as %s", (kind, member, value, words) => {
  expect(namedWords({ kind, id: "x" } as Proposal["of"], member, value, NAMES)).toBe(words);
});

test("a list asks the directory for those who proposed alone; a change's page for all whom its values name", async () => {
  const [organizer, other, since] = ["b", "c", "d"].map((end) => PERSON.slice(0, -1) + end);
  const asked: string[] = [];
  const picks = {
    ...picksOf({}),
    directory: {
      person: (id: string) => (asked.push(id), Promise.resolve({ displayName: "Of " + id, userName: "" })),
    },
  } as unknown as Parameters<typeof titleNames>[0];
  const change = {
    ...{ kind: "department", id: "ward", shown: 1 },
    ...{ before: WARD, after: { ...WARD, organizers: [organizer, other] } },
  } as unknown as Proposal["of"];
  const proposal: Proposal = { of: change, action: "department.edited", by: "somebody" };
  const manager: Proposal = {
    of: { kind: "manager", id: PERSON },
    action: "manager.removed",
    by: "somebody",
  };
  await titleNames(picks, [proposal, manager]);
  expect(asked.splice(0)).toEqual(["somebody", PERSON]);
  const { people } = await proposalNames(picks, proposal, { ...WARD, organizers: [since] });
  expect(asked.toSorted()).toEqual([PERSON, organizer, other, since, "somebody"]);
  expect(people.get(since ?? "")).toBe("Of " + String(since));
});

test("what a change would do is told as what it would do, and no two alike", () => {
  const all = Object.values(PROPOSED);
  expect(all.filter((one) => !/^[A-Z]\w+ .*\w$/.test(one) || / (was|were) /.test(one))).toEqual([]);
  expect(new Set(all).size).toBe(all.length);
  expect([proposedWords("something.else"), proposedWords("constructor")]).toEqual([
    "something.else",
    "constructor",
  ]);
});

test("a time is told to the minute", () => {
  expect(momentOf(new Date("2026-11-29T08:15:59.999Z"))).toBe("2026-11-29 08:15");
});

test("each refusal has a title and says what to do", () => {
  const all = Object.values(refusals).filter((one) => typeof one === "object");
  expect(all.length).toBeGreaterThan(8);
  for (const { title, says: text } of [...all, refusals.takenNow("Some other connection has it.")])
    expect([title, text]).toEqual([
      expect.stringMatching(/^(It|Nothing) .*\w$/),
      expect.stringMatching(/^[A-Z].* .*\.$/),
    ]);
});
