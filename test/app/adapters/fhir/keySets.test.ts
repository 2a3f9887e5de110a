/** The keys that sign a chart system's id_tokens: how often they are asked for, and what is no key set. */
import { describe, expect, test } from "vitest";
import { KeySets } from "../../../../app/adapters/fhir/keySets.ts";
import { Unreachable, type Outgoing } from "../../../../app/adapters/fhir/send.ts";
import { TooLarge } from "../../../../app/adapters/wire/body.ts";

const KEYS = "https://login.ehr.example/keys";
const ISSUER = "https://login.ehr.example/t-1";

/** A server of a key set. `ill` is what the next requests get instead: a status, or the code of a failed connection. */
function published(answer: { readonly status?: number; readonly body?: unknown } = {}) {
  let at = new Date("2027-01-12T15:00:00Z").getTime();
  const asked: Outgoing[] = [];
  const kids = ["k-1"];
  const ill: (number | string)[] = [];
  const waited: number[] = [];
  const keys = new KeySets({
    send: (request) => {
      asked.push(request);
      const meets = ill.shift();
      if (typeof meets === "number") return Promise.resolve({ status: meets, headers: {}, body: "" });
      if (meets !== undefined)
        return Promise.reject(
          new Unreachable("no answer", { cause: Object.assign(new Error(), { code: meets }) }),
        );
      const body = answer.body ?? { keys: kids.map((kid) => ({ kid, kty: "RSA" })) };
      return Promise.resolve({
        status: answer.status ?? 200,
        headers: {},
        body: typeof body === "string" ? body : JSON.stringify(body),
      });
    },
    now: () => new Date(at),
    wait: (milliseconds) => {
      waited.push(milliseconds);
      return Promise.resolve();
    },
  });
  return { keys, asked, kids, ill, waited, pass: (seconds: number) => void (at += seconds * 1000) };
}

describe("a key set", () => {
  test("that is too large is one that cannot be read, and not one of a server that does not answer", async () => {
    const keys = new KeySets({
      send: () => Promise.reject(new Unreachable("too large", { cause: new TooLarge(1) })),
      now: () => new Date(0),
      wait: () => Promise.resolve(),
    });
    await expect(keys.having(KEYS, "k-1")).rejects.toMatchObject({
      problem: { kind: "keys-unreadable" },
      message: "the published key set is too large",
    });
  });

  test("is asked for as JSON, and kept for ten minutes", async () => {
    const { keys, asked, pass } = published();
    expect((await keys.having(KEYS, "k-1")).keys).toEqual([{ kid: "k-1", kty: "RSA" }]);
    expect(asked).toEqual([{ method: "GET", url: KEYS, headers: { accept: "application/json" } }]);
    pass(599);
    await keys.having(KEYS, "k-1");
    await keys.having(KEYS, undefined);
    expect(asked).toHaveLength(1);
    pass(1);
    await keys.having(KEYS, "k-1");
    expect(asked).toHaveLength(2);
  });

  test("is asked for again because of an unknown key, at most every half minute", async () => {
    const { keys, asked, kids, pass } = published();
    await keys.having(KEYS, "k-1");
    expect((await keys.having(KEYS, "made-up")).keys).toHaveLength(1);
    expect(asked).toHaveLength(2);
    kids.push("k-2");
    pass(29);
    for (const kid of ["k-2", "made-up", "another"]) await keys.having(KEYS, kid);
    expect(asked).toHaveLength(2);
    pass(1);
    expect((await keys.having(KEYS, "k-2")).keys).toHaveLength(2);
    expect(asked).toHaveLength(3);
    pass(30);
    await keys.having(KEYS, "k-2");
    expect(asked).toHaveLength(3);
    // Each address has a half minute of its own.
    await keys.having(KEYS + "/2", "made-up");
    await keys.having(KEYS + "/2", "made-up");
    expect(asked).toHaveLength(5);
  });

  test("that was read a moment ago is asked for again because of a key that was published since then", async () => {
    const { keys, asked, kids, pass } = published();
    await keys.having(KEYS, "k-1");
    pass(600);
    await keys.having(KEYS, "k-1");
    kids.push("k-2");
    pass(1);
    expect((await keys.having(KEYS, "k-2")).keys).toHaveLength(2);
    expect(asked).toHaveLength(3);
  });

  test("that is ill when it is asked for because of an unknown key is told as that each time", async () => {
    const { keys, asked, ill } = published();
    await keys.having(KEYS, "k-1");
    ill.push(404, 404);
    for (let time = 0; time < 2; time++)
      await expect(keys.having(KEYS, "k-2")).rejects.toThrow("answered 404");
    expect(asked).toHaveLength(3);
  });

  test.each([503, 429, 502, 504, 408, 425, "ECONNRESET", "ECONNREFUSED", "EAI_AGAIN", "EPIPE"])(
    "that is ill for a moment (%s) is asked for again, because the code of a launch is spent",
    async (illness) => {
      const { keys, asked, ill, waited } = published();
      ill.push(illness, illness);
      expect((await keys.having(KEYS, "k-1")).keys).toHaveLength(1);
      expect(asked).toHaveLength(3);
      expect(waited).toEqual([375, 750]);
    },
  );

  test("that stays away is the sign-in's outage, and a deadline that ran out is not waited for again", async () => {
    const { keys, asked, ill } = published();
    ill.push("ECONNRESET", "ECONNRESET", "ECONNRESET", "ABORT_ERR");
    const unavailable = {
      problem: { kind: "sign-in-unavailable" },
      message: "the published key set did not answer",
    };
    await expect(keys.having(KEYS, "k-1")).rejects.toMatchObject(unavailable);
    expect(asked).toHaveLength(3);
    await expect(keys.having(KEYS, "k-1")).rejects.toMatchObject(unavailable);
    expect(asked).toHaveLength(4);
  });

  test("that is ill is believed for an hour, for the keys that it had", async () => {
    const { keys, kids, ill, pass } = published();
    await keys.having(KEYS, "k-1");
    kids.push("k-2");
    pass(3_599);
    const illness = [503, 503, 503];
    ill.push(...illness, ...illness, ...illness, 404);
    expect((await keys.having(KEYS, "k-1")).keys).toHaveLength(1);
    await expect(keys.having(KEYS, "k-2")).rejects.toThrow("the published key set answered 503");
    pass(1);
    await expect(keys.having(KEYS, "k-1")).rejects.toThrow("the published key set answered 503");
    // The same answer a second time counts as an answer.
    await expect(keys.having(KEYS, "k-1")).rejects.toThrow(
      "the published key set answered 404 instead of 200",
    );
  });

  test.each([404, 408, 425, 500, "ABORT_ERR"])(
    "that is not there all at once (%s) is believed for an hour, for the keys that it had",
    async (answer) => {
      const { keys, ill, pass } = published();
      await keys.having(KEYS, "k-1");
      pass(3_599);
      ill.push(answer, answer, answer);
      expect((await keys.having(KEYS, "k-1")).keys).toHaveLength(1);
    },
  );

  test("of another address is another one", async () => {
    const { keys, asked } = published();
    await keys.having(KEYS, "k-1");
    await keys.having(KEYS + "/2", "k-1");
    expect(asked.map(({ url }) => url)).toEqual([KEYS, KEYS + "/2"]);
  });

  test.each<[answer: { status?: number; body?: unknown }, kind: string, words: string]>([
    [{ status: 500 }, "sign-in-unavailable", "the published key set answered 500"],
    [{ status: 503 }, "sign-in-unavailable", "the published key set answered 503"],
    [{ status: 429 }, "sign-in-unavailable", "the published key set answered 429"],
    [{ status: 408 }, "sign-in-unavailable", "the published key set answered 408"],
    [{ status: 425 }, "sign-in-unavailable", "the published key set answered 425"],
    [{ status: 404 }, "keys-unreadable", "the published key set answered 404 instead of 200"],
    [{ status: 499 }, "keys-unreadable", "the published key set answered 499 instead of 200"],
    [{ status: 204 }, "keys-unreadable", "the published key set answered 204 instead of 200"],
    ...[200, 403, 404].map(
      (status): [answer: { status: number; body: string }, kind: string, words: string] => [
        { status, body: "<html>" },
        "sign-in-unavailable",
        `the published key set answered ${String(status)} with a web page, as somebody in between does`,
      ],
    ),
    [{ body: "none" }, "keys-unreadable", "the published key set cannot be read"],
    [{ body: { keys: [] } }, "keys-unreadable", "the published key set cannot be read"],
    [{ body: {} }, "keys-unreadable", "the published key set cannot be read"],
  ])("that answers %j is not kept", async (answer, kind, words) => {
    const { keys, asked } = published(answer);
    const before = () => asked.splice(0).length;
    await expect(keys.having(KEYS, "k-1")).rejects.toMatchObject({ problem: { kind }, message: words });
    expect(before()).toBeGreaterThan(0);
    await expect(keys.having(KEYS, "k-1")).rejects.toMatchObject({ problem: { kind }, message: words });
    expect(before()).toBeGreaterThan(0);
  });
});

describe("where discovery names no key set, the issuer's own document does", () => {
  test.each([ISSUER, ISSUER + "/"])("below %s", async (issuer) => {
    const { keys, asked } = published({ body: { jwks_uri: KEYS } });
    expect(await keys.uriOf(issuer)).toBe(KEYS);
    expect(asked.map(({ url }) => url)).toEqual([ISSUER + "/.well-known/openid-configuration"]);
  });

  test("and only one of the issuer's origin is believed", async () => {
    const { keys } = published({ body: { jwks_uri: "https://evil.example/keys" } });
    await expect(keys.uriOf(ISSUER)).rejects.toMatchObject({
      problem: { kind: "sign-in-unproven" },
      message: "the key set is on another origin than the issuer",
    });
  });

  test.each([{}, { jwks_uri: "keys" }])("%j names none", async (body) => {
    const { keys } = published({ body });
    await expect(keys.uriOf(ISSUER)).rejects.toMatchObject({
      problem: { kind: "keys-unreadable" },
      message: "the issuer's openid-configuration cannot be read",
    });
  });
});
