import { expect, test } from "vitest";
import { graphCallRecords } from "../../../../app/adapters/graph/callRecords.ts";
import { CallRecordsFault } from "../../../../app/ports/callRecords.ts";
import { serve, type Answer, type Asked } from "../server.ts";

const LIST = "/v1.0/communications/callRecords";
const [FROM, BEFORE] = [new Date("2027-01-12T15:00:00Z"), new Date("2027-01-12T16:00:00Z")];

async function records(answer: (asked: Asked) => Answer) {
  const served = await serve((asked) => answer(asked));
  const read = graphCallRecords({
    graph: served.origin,
    token: () => Promise.resolve("token-1"),
    now: () => new Date("2027-01-12T22:00:00Z"),
    wait: () => Promise.resolve(),
  });
  const listed = async () => {
    const all = [];
    for await (const page of read.begunIn(FROM, BEFORE)) all.push(...page);
    return all;
  };
  return { asked: served.asked, listed, qualityOf: (id: string) => read.qualityOf(id) };
}

const joinWebUrl = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_SYNTH%40thread.v2/0";
const call = (id: string, more: object = {}) => ({
  id,
  version: 2,
  type: "groupCall",
  startDateTime: "2027-01-12T15:01:02.2169889Z",
  endDateTime: "2027-01-12T15:31:00.7640013Z",
  joinWebUrl,
  organizer_v2: { identity: { user: { displayName: "Somebody Else" } } },
  ...more,
});

test("an hour's calls are listed by when they began, page by page, and asked for nothing of who was in them", async () => {
  const { asked, listed } = await records(({ url, headers }) =>
    url.searchParams.has("$skiptoken")
      ? { json: { value: [call("c-3")] } }
      : {
          json: {
            value: [call("c-1"), call("c-2", { joinWebUrl: null }), { id: "broken" }],
            "@odata.nextLink": `http://${headers.host ?? ""}${LIST}?$skiptoken=1`,
          },
        },
  );
  const times = { from: new Date("2027-01-12T15:01:02.216Z"), to: new Date("2027-01-12T15:31:00.764Z") };
  expect(await listed()).toEqual([
    { id: "c-1", version: 2, ...times, joinUrl: joinWebUrl },
    { id: "c-3", version: 2, ...times, joinUrl: joinWebUrl },
  ]);
  const [first] = asked;
  expect(first?.url.searchParams.get("$filter")).toBe(
    "startDateTime ge 2027-01-12T15:00:00.000Z and startDateTime lt 2027-01-12T16:00:00.000Z",
  );
  expect(first?.url.searchParams.get("$select")).toBe("id,version,startDateTime,endDateTime,joinWebUrl");
  expect(asked).toHaveLength(2);
});

const media = (label: string, streams: readonly object[]) => ({
  label,
  callerNetwork: { ipAddress: "198.51.100.7", macAddress: "00-00-5E-00-53-01" },
  streams,
});
const session = (...all: readonly object[]) => ({
  id: "s",
  isTest: false,
  caller: { name: "LAPTOP-OF-PAT", identity: { user: { displayName: "Pat Example" } } },
  segments: [{ id: "g", media: all }],
});

test("of a call's sessions a few numbers are left, and tests, data and what cannot be read are passed over", async () => {
  const sound = { averagePacketLossRate: 0.02, averageJitter: "PT0.016S", averageRoundTripTime: "PT1M0.5S" };
  const { asked, qualityOf } = await records(({ url, headers }) =>
    url.searchParams.has("$skiptoken")
      ? {
          json: {
            value: [
              session(media("main-video", [{ averageVideoFrameRate: 3, averageVideoPacketLossRate: 0.04 }])),
              { ...session(media("main-audio", [sound])), isTest: true },
              { id: "without segments" },
            ],
          },
        }
      : {
          json: {
            value: [
              session(
                media("main-audio", [sound, { averageJitter: "soon", averagePacketLossRate: null }]),
                media("data", [sound]),
              ),
            ],
            // As Microsoft's example has it.
            "@odata.nextLink": `http://${headers.host ?? ""}/v1.0/$metadata#communications/callRecords('c')/sessions?$expand=segments&$skiptoken=2`,
          },
        },
  );
  expect(await qualityOf("c/1")).toEqual({
    streams: 2,
    poorStreams: 2,
    loss: { mean: 3, worst: 4, streams: 2 },
    jitter: { mean: 16, worst: 16, streams: 1 },
    roundTrip: { mean: 60_500, worst: 60_500, streams: 1 },
  });
  expect(asked.map(({ url }) => url.pathname + url.search)).toEqual([
    LIST + "/c%2F1/sessions?$expand=segments",
    "/v1.0/communications/callRecords('c')/sessions?$expand=segments&$skiptoken=2",
  ]);
  // Graph's usual sixty sessions can be larger than the limit to which an answer is read.
  for (const { headers } of asked) expect(headers["prefer"]).toContain("odata.maxpagesize=15");
});

test("a record that is gone has no quality", async () => {
  const { qualityOf } = await records(() => refusal(404, "NotFound"));
  expect(await qualityOf("gone")).toBeUndefined();
});

test("a list that leads elsewhere is not followed with our token, nor taken for whole", async () => {
  const { asked, listed } = await records(() => ({
    json: { value: [], "@odata.nextLink": "http://127.0.0.1:9/v1.0/communications/callRecords" },
  }));
  await expect(listed()).rejects.toMatchObject({ name: "CallRecordsFault", reason: "refused" });
  expect(asked).toHaveLength(1);
});

test("what can be no version and no measure is passed over", async () => {
  const { listed } = await records(() => ({ json: { value: [call("c-1", { version: 1.5 }), call("c-2")] } }));
  expect((await listed()).map(({ id }) => id)).toEqual(["c-2"]);
  const streams = [
    { averagePacketLossRate: -1, averageJitter: `PT${"9".repeat(400)}S`, averageRoundTripTime: "PT0.02S" },
    { averagePacketLossRate: 1e300 },
  ];
  const { qualityOf } = await records(() => ({ json: { value: [session(media("main-audio", streams))] } }));
  expect(await qualityOf("c")).toEqual({
    streams: 1,
    poorStreams: 0,
    roundTrip: { mean: 20, worst: 20, streams: 1 },
  });
});

const refusal = (status: number, code: string): Answer => ({
  status,
  json: { error: { code, message: "" } },
});

test.each([
  ["no consent", refusal(403, "Forbidden"), "refused", "403"],
  ["an answer that is none", { json: { other: "Pat Example" } }, "unavailable", "no list of calls"],
  ["a Graph that is ill", { status: 500, json: {} }, "unavailable", "500"],
])("%s", async (_what, answer, reason, words) => {
  const { listed } = await records(() => answer);
  const fault = await listed().catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(CallRecordsFault);
  expect(fault).toMatchObject({ reason, message: expect.stringContaining(words) as string });
});

test.each([
  ["main-audio", { averageAudioDegradation: 1.1 }, 1, 1],
  ["AUDIO", { averageAudioDegradation: 1.1 }, 1, 1],
  ["audio-data", { averageAudioDegradation: 1.1 }, 0, 0],
  // A stream of sound is not judged by its frames.
  ["main-audio", { averageVideoFrameRate: 1 }, 0, 0],
  ["main-video", { averageVideoFrameRate: 6 }, 1, 1],
  ["main-VIDEO", { averageVideoFrameRate: 7 }, 1, 0],
  ["video-data", { averageVideoFrameRate: 1 }, 0, 0],
  // Fewer frames are enough for a shared screen.
  ["applicationsharing-video", { averageVideoFrameRate: 6 }, 1, 0],
  ["ApplicationSharing", { averageVideoFrameRate: 1 }, 1, 1],
  ["main-audio", { averageRatioOfConcealedSamples: 0.08 }, 1, 1],
  ["main-audio", { averageRatioOfConcealedSamples: "0.07" }, 1, 0],
  ["main-audio", { averageRoundTripTime: "PT0.501S" }, 1, 1],
  ["main-audio", { averageJitter: "PT0.031S" }, 1, 1],
  ["main-audio", { averagePacketLossRate: 0.11 }, 1, 1],
  ["main-video", { averageVideoFrameLossPercentage: 51 }, 1, 1],
  ["main-video", { postForwardErrorCorrectionPacketLossRate: 0.16 }, 1, 1],
])("of a stream called %s with %j %i is judged, and %i is poor", async (label, stream, streams, poor) => {
  const { qualityOf } = await records(() => ({ json: { value: [session(media(label, [stream]))] } }));
  const quality = await qualityOf("c");
  expect([quality?.streams, quality?.poorStreams]).toEqual([streams, poor]);
});

test("of picture the loss of all packets counts where that of picture is not told", async () => {
  const loss = async (stream: object) => {
    const { qualityOf } = await records(() => ({
      json: { value: [session(media("main-video", [stream]))] },
    }));
    return (await qualityOf("c"))?.loss?.mean;
  };
  expect(await loss({ averagePacketLossRate: 0.02, averageVideoPacketLossRate: 0.04 })).toBe(2);
  expect(await loss({ averageVideoPacketLossRate: 0.04 })).toBe(4);
});

test.each([
  ["PT0.016S", 16],
  ["PT2S", 2_000],
  ["PT2.5S", 2_500],
  ["PT3M", 180_000],
  ["PT1H", 3_600_000],
  ["P1D", 86_400_000],
  ["P1DT2H3M4.5S", 93_784_500],
  ["PT", 0],
  ["PT1.S", undefined],
  ["xPT1S", undefined],
  ["PT1Sx", undefined],
  ["PT1234567S", undefined],
  ["-PT1S", undefined],
])("a length of time of %s is %s milliseconds", async (written, milliseconds) => {
  const streams = [{ averageRoundTripTime: written, averagePacketLossRate: 0 }];
  const { qualityOf } = await records(() => ({ json: { value: [session(media("main-audio", streams))] } }));
  expect((await qualityOf("c"))?.roundTrip?.mean).toBe(milliseconds);
});

test.each([
  [0, 0],
  [1, 100],
  [1e9, 1e11],
  [1e9 + 1, undefined],
  [-0.1, undefined],
])("a measure of %d is one, or is not", async (loss, percent) => {
  const streams = [{ averagePacketLossRate: loss, averageJitter: "PT0S" }];
  const { qualityOf } = await records(() => ({ json: { value: [session(media("main-audio", streams))] } }));
  expect((await qualityOf("c"))?.loss?.mean).toBe(percent);
});

test("what is no session, no segment and no medium is passed over, and nothing of the others is lost", async () => {
  const good = session(media("main-audio", [{ averagePacketLossRate: 0.5 }]));
  const value = [
    7,
    null,
    {
      id: "s",
      segments: [7, null, {}, { media: [7, null, {}, { label: "main-audio" }, { streams: [null, {}] }] }],
    },
    { ...good, isTest: "true" },
    { ...good, isTest: "perhaps" },
  ];
  const { qualityOf } = await records(() => ({ json: { value } }));
  expect(await qualityOf("c")).toMatchObject({ streams: 1, poorStreams: 1, loss: { streams: 1 } });
});

test.each([
  ["calls", 1_000, (read: Awaited<ReturnType<typeof records>>) => read.listed()],
  ["sessions", 80, (read: Awaited<ReturnType<typeof records>>) => read.qualityOf("c")],
])(
  "a list of %s that leads on without end is given up after %i pages, and not taken for whole",
  async (_, pages, list) => {
    let at = 0;
    const read = await records(({ headers }) => ({
      json: { value: [], "@odata.nextLink": `http://${headers.host ?? ""}${LIST}?${String((at += 1))}` },
    }));
    await expect(list(read)).rejects.toMatchObject({
      name: "CallRecordsFault",
      reason: "refused",
      message: `Graph's list has more than ${String(pages)} pages.`,
    });
    expect(read.asked).toHaveLength(pages);
  },
);

test.each([
  ["refused", refusal(403, "Forbidden"), "Graph gives no records of calls: Graph answered 403 Forbidden"],
  ["unavailable", { status: 500, json: {} }, "Graph answered 500 without a code"],
] as const)("a record that is %s is not taken for one that is gone", async (reason, answer, message) => {
  const { qualityOf } = await records(() => answer);
  await expect(qualityOf("c")).rejects.toMatchObject({
    reason,
    message,
    cause: { message: /Graph answered/ },
  });
});

test("a next page beside Graph's own address is not followed, and it is said why", async () => {
  const { listed } = await records(({ headers }) => ({
    json: { value: [], "@odata.nextLink": `http://${headers.host ?? ""}/v1.0s/communications` },
  }));
  await expect(listed()).rejects.toThrow("not below its own address");
});

test("a list that leads back to one of its own pages is not taken for whole", async () => {
  const { listed, asked } = await records(({ headers }) => ({
    json: { value: [], "@odata.nextLink": `http://${headers.host ?? ""}${LIST}?again` },
  }));
  await expect(listed()).rejects.toThrow("leads back to one of its own pages");
  expect(asked).toHaveLength(2);
});

test("a session's segments are read to their end", async () => {
  const lossy = media("main-audio", [{ averagePacketLossRate: 0.5 }]);
  const { qualityOf } = await records(({ url, headers }) => {
    const more = `http://${headers.host ?? ""}${LIST}/c/sessions/s/segments?$skip=1`;
    return url.pathname.endsWith("/segments")
      ? { json: { value: session(lossy).segments } }
      : { json: { value: [{ ...session(lossy), "segments@odata.nextLink": more }] } };
  });
  expect(await qualityOf("c")).toMatchObject({ streams: 2, poorStreams: 2 });
  const { qualityOf: elsewhere } = await records(() => ({
    json: { value: [{ ...session(lossy), "segments@odata.nextLink": "https://other.example/v1.0/x" }] },
  }));
  await expect(elsewhere("c")).rejects.toThrow("not below its own address");
});
