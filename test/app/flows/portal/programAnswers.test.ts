/** What programs are answered of how the connector is doing, and what it signs for them; without a deployment. */
import type { Request, Response } from "express";
import { describe, expect, test } from "vitest";
import type { CanaryStep } from "../../../../app/domain/canary.ts";
import { CHECK_WORDS } from "../../../../app/flows/portal/checkWords.ts";
import { vouch } from "../../../../app/flows/portal/evidence.ts";
import { tellCanary, tellStanding } from "../../../../app/flows/portal/programs.ts";
import type { ApiCaller } from "../../../../app/ports/apiCallers.ts";
import type { Entry } from "../../../../app/records/audit.ts";
import type { Check } from "../../../../app/web/flow.ts";

const CALLER: ApiCaller = { kind: "person", objectId: "o", appRoles: ["Connector.Operator"] };
async function answered(
  ask: (asked: { request: Request; response: Response; caller: ApiCaller }) => Promise<void>,
  body?: unknown,
  caller = CALLER,
) {
  let told: unknown;
  const response = { json: (answer: unknown) => (told = answer) } as unknown as Response;
  await ask({ request: { body } as unknown as Request, response, caller });
  return told as Record<string, unknown>;
}

describe("how it stands", () => {
  const provider = { clientId: "p" };
  const stands = (checks: readonly Check[]) =>
    answered((asked) =>
      tellStanding(
        {
          environment: "test",
          checks: () => Promise.resolve(checks),
          hospital: {
            connections: () =>
              Promise.resolve([{ id: "new" }, { id: "ill", provider }, { id: "well", provider }]),
          },
          standings: {
            known: ({ id }: { id: string }) =>
              id === "ill" ? { ok: false, obstacle: "ill", reason: "r" } : { ok: true },
          },
        } as unknown as Parameters<typeof tellStanding>[0],
        asked,
      ),
    );

  test("is well with warnings and what nobody sees, and says who asked", async () => {
    expect(
      await stands([
        { name: "store" },
        { name: "worker", fault: "f", isWarning: true },
        { name: "mail", unseen: "u" },
      ]),
    ).toEqual({
      ...{ environment: "test", isWell: true, askedBy: CALLER },
      checks: [
        { name: "store" },
        { name: "worker", fault: "f", move: CHECK_WORDS.worker.move, isWarning: true },
        { name: "mail", unseen: "u" },
      ],
    });
  });

  test("is not well with one fault", async () => {
    const { isWell } = await stands([{ name: "store" }, { name: "worker", fault: "f" }, { name: "mail" }]);
    expect(isWell).toBe(false);
  });

  test("of each says of what it is, when it was proved, and whose move it is", async () => {
    const { checks } = await stands([
      { name: "connection", of: "ill", fault: "f" },
      { name: "connection", of: "new", fault: "f" },
      { name: "connection", of: "well", fault: "f" },
      { name: "connection", of: "gone", fault: "f" },
      { name: "visits-found", of: "ill", fault: "f", move: "microsoft" },
      { name: "visits-found", of: "ill", fault: "f" },
      { name: "anonymous-join", provedOn: "2026-11-02" },
    ]);
    expect(checks).toEqual([
      { name: "connection", of: "ill", fault: "f", move: "oracle" },
      { name: "connection", of: "new", fault: "f", move: "administrator" },
      { name: "connection", of: "well", fault: "f", move: CHECK_WORDS.connection.move },
      { name: "connection", of: "gone", fault: "f", move: CHECK_WORDS.connection.move },
      { name: "visits-found", of: "ill", fault: "f", move: "microsoft" },
      { name: "visits-found", of: "ill", fault: "f", move: CHECK_WORDS["visits-found"].move },
      { name: "anonymous-join", provedOn: "2026-11-02" },
    ]);
  });
});

const step = (name: CanaryStep["step"], outcome: CanaryStep["outcome"] = "passed"): CanaryStep => ({
  step: name,
  outcome,
  milliseconds: 1,
});
const AT = new Date("2026-11-29T10:00:00.000Z");
const DIGEST = "a".repeat(64);

describe("canary visits", () => {
  const tell = (canaries: readonly object[]) =>
    answered((asked) =>
      tellCanary(
        {
          environment: "test",
          packageDigest: DIGEST,
          visitAll: () => Promise.resolve(canaries),
        } as unknown as Parameters<typeof tellCanary>[0],
        asked,
      ),
    );
  const connection = { id: "a", name: "A" };

  test("are well where each was made and no step failed", async () => {
    const steps = [step("discovery"), step("token", "not-tried")];
    const launchedAt = new Date("2026-11-28T10:00:00.000Z");
    expect(await tell([{ connection, ran: { at: AT, steps }, launchedAt }])).toEqual({
      ...{ environment: "test", package: DIGEST, askedBy: CALLER, isWell: true },
      canaries: [{ connection, at: AT, steps, needsLaunch: true, launchedAt }],
    });
    expect((await tell([]))["isWell"]).toBe(true);
  });

  test.each([
    ["one that was not made", undefined, []],
    ["one that failed", { at: AT, steps: [step("discovery", "failed")] }, [step("discovery", "failed")]],
  ])("are not well with %s", async (_which, ran, steps) => {
    const { isWell, canaries } = await tell([
      { connection, ran: { at: AT, steps: [step("store")] } },
      { connection, ran },
    ]);
    expect([isWell, (canaries as object[])[1]]).toEqual([
      false,
      { connection, at: ran?.at, steps, needsLaunch: false, launchedAt: undefined },
    ]);
  });
});

describe("a signature", () => {
  const NOW = new Date("2026-11-29T18:00:00.000Z");
  const ago = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000);
  const passed = { ran: { at: ago(1), steps: [step("discovery"), step("token")] } };
  async function signed(
    canaries: readonly {
      readonly ran?: { readonly at: Date; readonly steps: readonly CanaryStep[] };
      readonly launchedAt?: Date;
    }[],
    {
      body = { package: DIGEST },
      environment = "test",
      caller = CALLER,
    }: { body?: unknown; environment?: string; caller?: ApiCaller } = {},
  ) {
    const done: unknown[] = [];
    const picks = {
      ...{ environment, packageDigest: DIGEST, stackFile: "stacks/Pulumi.lamna-test.yaml", now: () => NOW },
      audit: {
        during: async (entry: Entry, act: () => Promise<unknown>) => {
          done.push(entry);
          return act();
        },
      },
      hospital: {
        connections: () =>
          Promise.resolve(canaries.map((_one, at) => ({ id: String(at), name: "Chart " + String(at) }))),
      },
      canaries: { of: (id: string) => Promise.resolve(canaries[Number(id)]) },
      vault: {
        sign: (key: string, algorithm: string, over: (kid: string) => Buffer) => {
          done.push([key, algorithm, over("k1").toString()]);
          return Promise.resolve({ kid: "k1", value: Buffer.from("signature") });
        },
      },
    } as unknown as Parameters<typeof vouch>[0];
    try {
      return { answer: await answered((asked) => vouch(picks, asked), body, caller), done };
    } catch (error) {
      return { problem: (error as { problem?: unknown }).problem ?? error, done };
    }
  }

  test("is over what this deployment knows, and the trail has it before it is made", async () => {
    const { answer, done } = await signed([
      { ran: { ...passed.ran, at: ago(2) } },
      { ran: { ...passed.ran, at: ago(3) } },
      passed,
    ]);
    const { evidence } = answer as { evidence: string };
    const [header, payload, signature] = evidence.split(".");
    const json = (part = "") => JSON.parse(Buffer.from(part, "base64url").toString()) as unknown;
    expect([json(header), json(payload), Buffer.from(signature ?? "", "base64url").toString()]).toEqual([
      { alg: "ES384", kid: "k1", typ: "teams-ehr-tested-package+jws" },
      {
        from: "lamna-test",
        package: DIGEST,
        passedAt: ago(3).toISOString(),
        askedBy: { kind: "person", objectId: "o" },
      },
      "signature",
    ]);
    expect(done).toEqual([
      {
        actor: { kind: "person", objectId: "o" },
        action: "evidence.signed",
        object: { kind: "package", id: DIGEST },
        changes: [],
      },
      ["evidence", "ES384", `${header ?? ""}.${payload ?? ""}`],
    ]);
  });

  test("that a program asked for is told as its own", async () => {
    const { done } = await signed([passed], { caller: { ...CALLER, kind: "application" } });
    expect(done[0]).toMatchObject({ actor: { kind: "program", name: "o" } });
  });

  const needs = [step("token", "not-tried")];
  test.each<readonly [string, Parameters<typeof signed>[0], Parameters<typeof signed>[1], string]>([
    ["of nothing", [passed], { body: {} }, "What was sent names a package by its digest, and nothing else."],
    [
      "of more",
      [passed],
      { body: { package: DIGEST, more: 1 } },
      "What was sent names a package by its digest, and nothing else.",
    ],
    [
      "in production",
      [passed],
      { environment: "production" },
      "This is a production deployment, and only a test deployment signs.",
    ],
    [
      "of another package",
      [passed],
      { body: { package: "b".repeat(64) } },
      "Asked was for the package bbbbbbbbbbbb, and this deployment runs aaaaaaaaaaaa.",
    ],
    ["without a connection", [], {}, "This deployment has no FHIR connection, so nothing was tried."],
    [
      "without a visit",
      [passed, {}],
      {},
      "No canary visit of Chart 1 was made within a day with this package.",
    ],
    [
      "a day after",
      [{ ran: { ...passed.ran, at: ago(24) } }],
      {},
      "No canary visit of Chart 0 was made within a day with this package.",
    ],
    [
      "after one that failed",
      [
        {
          ran: { at: ago(1), steps: [step("discovery"), step("meeting", "failed"), step("link", "failed")] },
        },
      ],
      {},
      "The canary visit of Chart 0 failed, at the step meeting.",
    ],
    [
      "where only a person can try",
      [{ ran: { at: ago(1), steps: needs } }],
      {},
      "Only a person can try the chart of Chart 0, and nobody has with this package.",
    ],
  ])("is refused %s", async (_how, canaries, of, why) => {
    expect(await signed(canaries, of)).toEqual({ problem: { kind: "not-vouched", why }, done: [] });
  });

  test("is given where a person has tried what only a person can, and just within the day", async () => {
    expect((await signed([{ ran: { at: ago(1), steps: needs }, launchedAt: ago(9) }])).done).toHaveLength(2);
    expect(
      (await signed([{ ran: { ...passed.ran, at: new Date(ago(24).getTime() + 1) } }])).done,
    ).toHaveLength(2);
  });
});
