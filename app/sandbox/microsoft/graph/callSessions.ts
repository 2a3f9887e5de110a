/**
 * The sessions of a call's record: one for each time that somebody was in it, with what their device measured, and with much
 * that is personal (https://learn.microsoft.com/graph/api/resources/callrecords-session).
 */
import { createHash } from "node:crypto";
import type { Call, CallStay } from "./calls.ts";

export const sessionsOf = ({ stays }: Call, withSegments: boolean): readonly object[] =>
  stays.map((stay, number) => {
    const span = { startDateTime: stay.from.toISOString(), endDateTime: stay.to.toISOString() };
    const ends = { caller: callerOf(stay), callee: CALLEE };
    const segment = { id: String(number), ...span, ...ends, failureInfo: null, media: mediaOf(stay) };
    return {
      id: String(number),
      ...span,
      ...ends,
      modalities: ["audio", "video"],
      isTest: false,
      failureInfo: null,
      ...(withSegments && { segments: [segment] }),
    };
  });

const CALLEE = {
  "@odata.type": "#microsoft.graph.callRecords.serviceEndpoint",
  userAgent: { "@odata.type": "#microsoft.graph.callRecords.serviceUserAgent", role: "mediaController" },
};

const callerOf = ({ name, account }: CallStay) => ({
  "@odata.type": "#microsoft.graph.callRecords.participantEndpoint",
  name: "LAPTOP-OF-" + name,
  cpuName: "Invented CPU",
  userAgent: {
    "@odata.type": "#microsoft.graph.callRecords.clientUserAgent",
    headerValue: "CallSignalingAgent (27/1.0)",
    platform: "windows",
    productFamily: "teams",
  },
  identity: { user: account === undefined ? null : { id: account, displayName: name } },
  associatedIdentity: account === undefined ? null : { id: account, displayName: name },
  feedback: null,
});

function mediaOf(stay: CallStay): readonly object[] {
  const network = {
    ipAddress: "198.51.100.7",
    macAddress: "00-00-5E-00-53-01",
    subnet: "198.51.100.0",
    dnsSuffix: "home.example",
    reflexiveIPAddress: "203.0.113.7",
    connectionType: "wifi",
    basicServiceSetIdentifier: "00-00-5E-00-53-02",
  };
  const device = {
    captureDeviceName: "Headset of " + stay.name,
    renderDeviceName: "Headset of " + stay.name,
  };
  const media = (label: string, streams: readonly object[]) => ({
    label,
    callerNetwork: network,
    calleeNetwork: null,
    callerDevice: device,
    calleeDevice: null,
    streams,
  });
  const directions = ["callerToCallee", "calleeToCaller"] as const;
  return [
    media(
      "main-audio",
      directions.map((direction) => audioOf(stay, direction)),
    ),
    media(
      "main-video",
      directions.map((direction) => videoOf(stay, direction)),
    ),
  ];
}

/** A number from 0 to 1 that is always the same for the same person, direction and measure. */
function drawn(...of: readonly string[]): number {
  return createHash("sha256").update(of.join(" ")).digest().readUInt32BE() / 2 ** 32;
}

/** Most networks are good, and a few are not: the square of the square is small, and seldom large. */
const seldom = (...of: readonly string[]) => drawn(...of) ** 4;
const isoDuration = (milliseconds: number) => `PT${(milliseconds / 1000).toFixed(3)}S`;

const audioOf = ({ id, from, to }: CallStay, streamDirection: string) => ({
  streamId: "1",
  streamDirection,
  startDateTime: from.toISOString(),
  endDateTime: to.toISOString(),
  audioCodec: "satin",
  averagePacketLossRate: seldom(id, streamDirection, "loss") / 5,
  maxPacketLossRate: seldom(id, streamDirection, "loss") / 2,
  averageJitter: isoDuration(2 + 45 * seldom(id, streamDirection, "jitter")),
  maxJitter: isoDuration(8 + 90 * seldom(id, streamDirection, "jitter")),
  averageRoundTripTime: isoDuration(15 + 600 * seldom(id, streamDirection, "round trip")),
  maxRoundTripTime: isoDuration(30 + 900 * seldom(id, streamDirection, "round trip")),
  averageAudioDegradation: streamDirection === "callerToCallee" ? null : seldom(id, "degradation") * 1.4,
  averageRatioOfConcealedSamples: null,
  packetUtilization: 12_000,
  wasMediaBypassed: false,
});

const videoOf = ({ id, from, to }: CallStay, streamDirection: string) => ({
  streamId: "2",
  streamDirection,
  startDateTime: from.toISOString(),
  endDateTime: to.toISOString(),
  videoCodec: "h264",
  averageVideoPacketLossRate: seldom(id, streamDirection, "video loss") / 6,
  averageJitter: isoDuration(3 + 40 * seldom(id, streamDirection, "video jitter")),
  averageRoundTripTime: isoDuration(15 + 600 * seldom(id, streamDirection, "round trip")),
  averageVideoFrameLossPercentage: null,
  averageVideoFrameRate: streamDirection === "callerToCallee" ? 24 - 20 * seldom(id, "frames") : null,
  postForwardErrorCorrectionPacketLossRate: seldom(id, streamDirection, "video loss") / 8,
});
