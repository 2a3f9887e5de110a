/** The rules that hold for every vendor's answer: its members, its size, and its clock. */
import { createServer, type RequestListener } from "node:http";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { boundedFetch, bodyOf, streamed, TooLarge } from "../../../../app/adapters/wire/body.ts";
import { boundedAnswers } from "../../../../app/adapters/wire/boundedPipeline.ts";
import { clockDifference, differenceInWords, minutesOf } from "../../../../app/adapters/wire/clocks.ts";
import {
  amount,
  flag,
  listOf,
  readMembers,
  text,
  Unreadable,
} from "../../../../app/adapters/wire/members.ts";

describe("a clock", () => {
  const NOW = new Date("2027-01-12T15:00:00Z");
  const inSeconds = (seconds: number) => new Date(NOW.getTime() + seconds * 1000).toUTCString();
  test.each<[what: string, headers: Parameters<typeof clockDifference>[0], aheadMs: number | undefined]>([
    ["two minutes ahead is no matter", { date: inSeconds(120) }, undefined],
    ["a second more is", { date: inSeconds(121) }, 121_000],
    ["two minutes behind is no matter", { date: inSeconds(-120) }, undefined],
    ["a second more is", { date: inSeconds(-121) }, -121_000],
    ["an answer from a cache is older by its age", { date: inSeconds(-600), age: "600" }, undefined],
    ["and no more than that", { date: inSeconds(-600), age: "300" }, -300_000],
    ["an age that is none counts as none", { date: inSeconds(-600), age: "600 s" }, -600_000],
    ["nor one of ten digits", { date: inSeconds(-600), age: "0000000600" }, -600_000],
    ["nor one behind something", { date: inSeconds(-600), age: "-600" }, -600_000],
    ["an answer without a date says nothing", {}, undefined],
    ["nor one whose date is none", { date: "soon" }, undefined],
  ])("%s: %j", (_what, headers, aheadMs) => {
    expect(clockDifference(headers, NOW)).toBe(aheadMs);
  });

  test.each([
    [149_000, 2, "the clock of Oracle is 2 minutes ahead of the connector's"],
    [-151_000, 3, "the clock of Oracle is 3 minutes behind the connector's"],
  ])("that is %i ms ahead differs by %i minutes", (aheadMs, minutes, words) => {
    expect([minutesOf(aheadMs), differenceInWords(aheadMs, "Oracle")]).toEqual([minutes, words]);
  });
});

describe("a value", () => {
  const took = (schema: z.ZodType, value: unknown) => schema.safeParse(value).data;
  test.each<[schema: z.ZodType, value: unknown, as: unknown]>([
    [flag, "TRUE", true],
    [flag, "False", false],
    [flag, "true!", undefined],
    [flag, "untrue", undefined],
    [flag, 1, undefined],
    [amount, "-3.25", -3.25],
    [amount, "1".repeat(15), 111_111_111_111_111],
    [amount, "1".repeat(16), undefined],
    [amount, "1." + "5".repeat(16), undefined],
    [amount, "1.", undefined],
    [amount, ".5", undefined],
    [amount, "x1", undefined],
    [amount, "1x", undefined],
    [text, 7, "7"],
    [text, 7.5, undefined],
    [text, true, undefined],
    [listOf(text), undefined, undefined],
    [listOf(text), "a", ["a"]],
    [listOf(text), ["a", "b"], ["a", "b"]],
  ])("%#: %j of %j", (schema, value, as) => {
    expect(took(schema, value)).toEqual(as);
  });
});

describe("what an answer lacks", () => {
  const refused = (schema: z.ZodType, answer: unknown) => {
    try {
      readMembers(schema, answer);
    } catch (error) {
      if (error instanceof Unreadable) return error;
      throw error;
    }
    throw new Error("it was read");
  };

  test("is named, twelve names at most, in a sentence", () => {
    const names = Array.from({ length: 14 }, (_, index) => "member" + String(index));
    const fault = refused(z.object(Object.fromEntries(names.map((name) => [name, text]))), {});
    expect(fault.members).toEqual(names.slice(0, 12));
    expect(fault.message).toBe("missing or not as it must be: " + names.slice(0, 12).join(", "));
  });

  test.each([
    ["a name of ours", "_birthDate-2", "_birthDate-2"],
    ["one that begins otherwise", "2birth", "?"],
    ["one with somebody's words in it", "Maria Lopez", "?"],
    ["one that is too long", "a".repeat(62), "?"],
    ["one of the longest", "a".repeat(61), "a".repeat(61)],
  ])("%s is named, or is not repeated", (_what, name, as) => {
    expect(refused(z.object({ [name]: text }), {}).members).toEqual([as]);
  });

  test("may lie sixty levels below, and is absent where nobody would look", () => {
    const nested = (levels: number): unknown => (levels === 0 ? "deep" : { in: nested(levels - 1) });
    const reading = (levels: number): z.ZodType =>
      levels === 0 ? text.optional() : z.object({ in: reading(levels - 1) }).optional();
    const at = (value: unknown): unknown =>
      typeof value === "object" && value !== null && "in" in value ? at(value.in) : value;
    expect(at(readMembers(reading(63), nested(63)).value)).toBe("deep");
    expect(at(readMembers(reading(64), nested(64)).value)).not.toBe("deep");
  });
});

describe("a body", () => {
  const serving = async (answer: RequestListener) => {
    const server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return "http://127.0.0.1:" + String(address.port);
  };

  test("that a library gets is unpacked, and no header says otherwise", async () => {
    const origin = await serving((_request, response) =>
      response
        .writeHead(201, "Made", {
          "content-encoding": "gzip",
          "x-request-id": "r-1",
          "transfer-encoding": "chunked",
        })
        .end(gzipSync("hello")),
    );
    const answer = await boundedFetch(fetch, 10)(origin);
    expect([answer.status, answer.statusText, await answer.text()]).toEqual([201, "Made", "hello"]);
    expect(answer.headers.get("x-request-id")).toBe("r-1");
    for (const name of ["content-encoding", "content-length", "transfer-encoding"])
      expect(answer.headers.get(name)).toBeNull();
  });

  test("is as long as its bytes are, whether they come as text or not", async () => {
    const pieces = (...all: (string | Uint8Array)[]) => Readable.from(all);
    expect(await streamed(pieces("é", Buffer.from("é")), 4)).toBe("éé");
    await expect(streamed(pieces("é", Buffer.from("é")), 3)).rejects.toThrow(TooLarge);
    await expect(streamed(pieces("ab"), 1)).rejects.toThrow("the answer is larger than 1 bytes");
    expect(await bodyOf(new Response(null), 0)).toBe("");
  });

  test("of a client of the Azure SDK is asked for unread, within each of its tries", async () => {
    const [{ policy, position }] = boundedAnswers(4) as [ReturnType<typeof boundedAnswers>[number]];
    expect([policy.name, position]).toEqual(["boundedAnswers", "perRetry"]);
    const request: { streamResponseStatusCodes?: Set<number> } = {};
    const body = (text: string) => new Response(text).body;
    const answered = (more: object) =>
      policy.sendRequest(request, () => Promise.resolve({ status: 200, ...more }));
    expect(await answered({ readableStreamBody: body("four") })).toEqual({ status: 200, bodyAsText: "four" });
    expect(request.streamResponseStatusCodes).toEqual(new Set([Number.POSITIVE_INFINITY]));
    expect(await answered({})).toEqual({ status: 200 });
    await expect(answered({ readableStreamBody: body("fives") })).rejects.toThrow(TooLarge);
  });
});
