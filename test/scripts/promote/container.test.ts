/** The turn of a promotion and its records, kept in the stand-in of the blob service by the real client over TLS. */
import { once } from "node:events";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { BlobServiceClient } from "@azure/storage-blob";
import { expect, onTestFinished, test, vi } from "vitest";
import { openPromotions } from "../../../app/adapters/blobs/promotions.ts";
import { blobPlane } from "../../../infra/rehearsal/planes/blob/plane.ts";
import { SOMEBODY } from "../../../infra/rehearsal/front/hosts/caller.ts";
import { keptIn } from "../../../scripts/promote/container.ts";
import { ExplainedError } from "../../../scripts/local/stackFile.ts";
import { TurnLost, type Journal } from "../../../scripts/promote/port.ts";
import { openLeases } from "../../azure/leases.ts";
import { trustedCertificate } from "../../app/adapters/server.ts";
import { ACCOUNT_ID, DEPLOYER, grant, lamnaAzure, tokenOf } from "../../infra/rehearsal/lamna.ts";

const [A, B] = ["a".repeat(64), "b".repeat(64)];
const JOURNAL: Journal = {
  id: "2026-11-29T22-00-00-bbbbbbbbbbbb",
  what: "promotion",
  who: "Sam Brenner",
  startedAt: "2026-11-29T22:00:00.000Z",
  before: { site: A },
  goal: { site: B, staging: A },
  direction: "on",
  step: "applied",
  done: [{ step: "staged", milliseconds: 3 }],
  approvals: [{ by: "Sam Brenner", how: "terminal", at: "2026-11-29T22:00:00.000Z" }],
};

async function opened(around = openLeases().aroundBlobs) {
  let minutes = 0;
  let steadyMs = 0;
  let lost = 0;
  const now = () => new Date(Date.now() + minutes * 60_000);
  const azure = await lamnaAzure({ now });
  grant(
    azure,
    "Storage Blob Data Contributor",
    ACCOUNT_ID + "/blobServices/default/containers/packages",
    DEPLOYER.objectId,
  );
  const plane = blobPlane({
    cloud: () => azure.cloud,
    tokens: azure.entra.tokens,
    around,
  });
  const backend = plane.resolve("stlamna.blob.core.windows.net");
  let isSilent = false;
  let between: { readonly status: number; readonly type: string; readonly body: string } | undefined;
  const server = https.createServer(await trustedCertificate(), (request, response) => {
    if (isSilent) response.destroy();
    else if (between !== undefined)
      response.writeHead(between.status, { "content-type": between.type }).end(between.body);
    else backend?.(request, response, SOMEBODY);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const credential = {
    getToken: async () => ({
      token: await tokenOf(azure, DEPLOYER.objectId, "https://storage.azure.com", 24 * 3600),
      expiresOnTimestamp: Date.now() + 3_600_000,
    }),
  };
  const service = new BlobServiceClient(
    `https://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    credential,
    { retryOptions: { maxTries: 1 } },
  );
  const container = service.getContainerClient("packages");
  return {
    container,
    ofConnector: openPromotions(
      new URL(container.url).origin,
      async () => (await credential.getToken()).token,
    ),
    kept: keptIn(container, {
      stack: "lamna-production",
      now,
      steadyMs: () => steadyMs,
      onLost: () => void (lost += 1),
    }),
    lost: () => lost,
    pass: (more: number) => void (minutes += more),
    /** Somebody in between answers in the service's stead. */
    answersBetween: (answer: typeof between) => void (between = answer),
    /** Makes the service stop answering. */
    silence: () => void (isSilent = true),
    passSteadily: (seconds: number) => void (steadyMs += seconds * 1000),
  };
}

test("one has the turn, and another is told who, since when and at which step", async () => {
  const { kept } = await opened();
  const turn = await kept.take("Sam Brenner from runner-1");
  onTestFinished(() => turn.leave());
  expect(turn.found).toBeUndefined();
  await expect(kept.take("Alex Romero")).rejects.toThrow(
    /^Sam Brenner from runner-1 promotes to lamna-production now, since \S+Z\./,
  );
  await turn.write(JOURNAL);
  await expect(kept.take("Alex Romero")).rejects.toThrow(`and is at the step "applied"`);
  await turn.end();
  await turn.leave();
  const next = await kept.take("Alex Romero");
  expect(next.found).toBeUndefined();
  await next.leave();
});

test("where a rehearsal alone asks, the stand-in knows no leases, and nobody has the turn", async () => {
  const { kept } = await opened((answer) => answer);
  await expect(kept.take("Sam Brenner")).rejects.toThrow("does not speak this: PUT with ?comp");
});

test("a turn that nobody renews ends in a minute; the next finds the journal, and the one before writes no more", async () => {
  const { kept, pass } = await opened();
  const killed = await kept.take("Sam Brenner");
  onTestFinished(() => killed.leave());
  await killed.write(JOURNAL);
  pass(2);
  await expect(killed.write(JOURNAL)).rejects.toThrow(TurnLost);
  const next = await kept.take("Alex Romero");
  onTestFinished(() => next.leave());
  expect(next.found).toEqual(JOURNAL);
  await expect(killed.end()).rejects.toThrow(TurnLost);
  await killed.leave();
  await expect(kept.take("Kim Duarte")).rejects.toThrow("Alex Romero promotes");
});

test.each([404, 200])("somebody in between who answers %i says nothing of what is kept", async (status) => {
  const { kept, ofConnector, answersBetween } = await opened();
  answersBetween({ status, type: "application/json", body: JSON.stringify({ error: "no such path" }) });
  await expect(kept.last()).rejects.toThrow();
  await expect(kept.after()).rejects.toThrow();
  await expect(kept.take("Sam Brenner")).rejects.toThrow();
  if (status === 404) await expect(kept.look()).rejects.toThrow();
  const asked = ofConnector.last("lamna-production");
  await expect(asked).rejects.toThrow(`Something else than the storage account answered ${String(status)}`);
  answersBetween({ status, type: "text/html", body: "<!DOCTYPE html><title>Blocked</title>" });
  await expect(ofConnector.last("lamna-production")).rejects.toThrow("with a web page");
});

test("each record is kept under its own name, and the last that was done is found again", async () => {
  const { kept, container, ofConnector } = await opened();
  expect([await kept.last(), await kept.after()]).toEqual([undefined, undefined]);
  expect(await ofConnector.last("lamna-production")).toBeUndefined();
  const { direction: _direction, step: _step, ...members } = JOURNAL;
  const record = {
    ...members,
    stack: "lamna-production",
    outcome: "done",
    endedAt: "2026-11-29T22:10:00.000Z",
    runs: B,
  } as const;
  await kept.record(record);
  await kept.record(record);
  await kept.record({ ...record, id: "later", outcome: "went-back", runs: A, because: "tried: no" });
  expect(await kept.last()).toEqual(record);
  expect(await ofConnector.last("lamna-production")).toEqual(record);
  // A closed run does not count as the last promotion. Still, approvals from before it do not hold after it.
  const after = await kept.after();
  await kept.record({ ...record, id: "it-closed", outcome: "closed", because: "closed by Alex Romero" });
  expect(await kept.last()).toEqual(record);
  expect(await kept.after()).not.toBe(after);
  const later = container.getBlockBlobClient("promotions/lamna-production/later.json");
  expect(JSON.parse((await later.downloadToBuffer()).toString())).toMatchObject({ because: "tried: no" });
});

test.each([
  ["no JSON", "{"],
  [
    "no digest",
    JSON.stringify({ who: "Sam Brenner", journal: { ...JOURNAL, goal: { site: "b", staging: A } } }),
  ],
])("a damaged note is told with what to look at and what to remove: %s", async (_, text) => {
  const { kept, container } = await opened();
  const note = container.getBlockBlobClient("promotions/lamna-production");
  await note.upload(text, text.length);
  await expect(kept.take("Kim Duarte")).rejects.toThrow(ExplainedError);
  await expect(kept.take("Kim Duarte")).rejects.toThrow(
    "Then remove the blob promotions/lamna-production, and",
  );
  await note.delete();
  await (await kept.take("Kim Duarte")).leave();
  const last = container.getBlockBlobClient("promotions/lamna-production/last.json");
  await last.upload(text, text.length);
  await expect(kept.last()).rejects.toThrow("Remove the blob promotions/lamna-production/last.json");
});

test("a turn that was not renewed for 45 seconds counts as lost, before anybody else may have it", async () => {
  const { kept, lost, pass } = await opened();
  const turn = await kept.take("Sam Brenner");
  onTestFinished(() => turn.leave());
  pass(35 / 60);
  await turn.write(JOURNAL);
  expect(lost()).toBe(0);
  pass(11 / 60);
  // The service itself would still accept the write.
  await expect(turn.write(JOURNAL)).rejects.toThrow(TurnLost);
  await expect(turn.end()).rejects.toThrow(TurnLost);
  expect(lost()).toBe(1);
});

test("a turn that nothing renews any more is given up in good time before anybody else may have it", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  onTestFinished(() => void vi.useRealTimers());
  const { kept, lost, passSteadily, silence } = await opened();
  const turn = await kept.take("Sam Brenner");
  onTestFinished(() => turn.leave());
  silence();
  for (let seconds = 0; seconds < 50; seconds++) {
    // Timers of Node may be early by parts of a millisecond.
    passSteadily(0.99999);
    vi.advanceTimersByTime(1000);
    if (seconds < 43) expect(lost()).toBe(0);
  }
  expect(lost()).toBe(1);
});

test("a clock that is set back does not make a lost turn look like one's own", async () => {
  const { kept, lost, pass, passSteadily } = await opened();
  const turn = await kept.take("Sam Brenner");
  onTestFinished(() => turn.leave());
  pass(-10);
  passSteadily(44);
  await turn.write(JOURNAL);
  passSteadily(2);
  await expect(turn.write(JOURNAL)).rejects.toThrow(TurnLost);
  expect(lost()).toBe(1);
});

test("whoever only looks takes no turn, and sees who has it and what was left", async () => {
  const { kept, pass } = await opened();
  expect(await kept.look()).toEqual({ taken: undefined, found: undefined });
  const turn = await kept.take("Sam Brenner");
  onTestFinished(() => turn.leave());
  await turn.write(JOURNAL);
  const taken = expect.stringMatching(/^Sam Brenner promotes .* and is at the step "applied"/) as string;
  expect(await kept.look()).toEqual({ taken, found: JOURNAL });
  // The first run was killed.
  pass(2);
  expect(await kept.look()).toEqual({ taken: undefined, found: JOURNAL });
  const next = await kept.take("Alex Romero");
  await next.end();
  await next.leave();
  expect(await kept.look()).toEqual({ taken: undefined, found: undefined });
});

test("what the next run could not read is not written", async () => {
  const { kept } = await opened();
  const turn = await kept.take("Sam Brenner");
  onTestFinished(() => turn.leave());
  await turn.write(JOURNAL);
  await expect(turn.write({ ...JOURNAL, because: "x".repeat(10_001) })).rejects.toThrow("10000");
  await turn.leave();
  const next = await kept.take("Alex Romero");
  onTestFinished(() => next.leave());
  expect(next.found).toEqual(JOURNAL);
});
