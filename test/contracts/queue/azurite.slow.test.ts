/**
 * The contract against Azurite, the vendor's emulator: a second opinion on the protocol. Its time cannot be moved on, so
 * what takes days is proved elsewhere. Where it differs from Azure's recorded answers, these decide.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type https from "node:https";
import { createRequire } from "node:module";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as passed } from "node:timers/promises";
import {
  QueueServiceClient,
  StorageSharedKeyCredential,
  type StoragePipelineOptions,
} from "@azure/storage-queue";
import { afterAll, beforeAll, describe, test } from "vitest";
import { openStorageQueue } from "../../../app/adapters/storageQueue/queue.ts";
import { QUEUE_NAMES } from "../../../app/domain/queueNames.ts";
import { loopbackCertificate } from "../store/standIn/certificate.ts";
import { queueContract } from "./contract.ts";

const home = new URL("../../emulators/", import.meta.url);
const program = new URL("node_modules/azurite/dist/src/queue/main.js", home);
const isThere = existsSync(program);
const DAYS = "seven days would really have to pass";
const ACCOUNT = "devstoreaccount1";
/** The account key that every Azurite has; it is published and no secret. */
const KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

if (!isThere) {
  process.stdout.write(
    "!!! Azurite is not installed (npm ci --prefix test/emulators), so the queue is not proved against it.\n",
  );
  test.skip("Azurite is not installed", () => undefined);
}

describe.skipIf(!isThere)("Azurite", () => {
  let folder: string;
  let azurite: ChildProcess;
  let endpoint: string;
  let agent: https.Agent;
  let tidy: QueueServiceClient;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "azurite-"));
    const certificate = await loopbackCertificate();
    await writeFile(join(folder, "key.pem"), certificate.key, { mode: 0o600 });
    await writeFile(join(folder, "cert.pem"), certificate.cert);
    const port = await freePort();
    endpoint = `https://127.0.0.1:${port}/${ACCOUNT}`;
    agent = certificate.agent;
    azurite = spawn(
      process.execPath,
      [
        createRequire(home).resolve(program.pathname),
        ...["--location", folder, "--queueHost", "127.0.0.1", "--queuePort", port, "--silent"],
        ...["--oauth", "basic", "--cert", join(folder, "cert.pem"), "--key", join(folder, "key.pem")],
        ...["--skipApiVersionCheck", "--disableTelemetry"],
      ],
      { cwd: folder, stdio: "ignore" },
    );
    const options: StoragePipelineOptions & { agent: https.Agent } = { agent, retryOptions: { maxTries: 1 } };
    tidy = new QueueServiceClient(endpoint, new StorageSharedKeyCredential(ACCOUNT, KEY), options);
    await answering(tidy);
    for (const name of Object.values(QUEUE_NAMES)) await tidy.createQueue(name);
  });
  afterAll(async () => {
    azurite.kill("SIGKILL");
    agent.destroy();
    await rm(folder, { recursive: true });
  });

  queueContract(
    {
      where: "by a token",
      not: {
        "a message lives for longer than seven days, and a longer delay is cut to them: who gets it early puts it back":
          DAYS,
      },
    },
    async () => {
      for (const name of Object.values(QUEUE_NAMES)) await tidy.getQueueClient(name).clearMessages();
      const credential = { getToken: () => Promise.resolve(tokenForAzurite()) };
      return {
        queue: openStorageQueue({ endpoint, agent, credential, now: anHourAhead }),
        pass: (seconds) => passed(seconds * 1000),
        time: () => new Date(),
        async byStranger(text) {
          await tidy.getQueueClient(QUEUE_NAMES.work).sendMessage(text, { messageTimeToLive: -1 });
        },
      };
    },
  );
});

const anHourAhead = () => new Date(Date.now() + 3_600_000);

/** A token for Azurite, which checks only its form and its times. */
function tokenForAzurite() {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    aud: "https://storage.azure.com",
    iss: "https://sts.windows.net/aaaaaaaa-0000-4000-8000-000000000001/",
    iat: now,
    nbf: now - 60,
    exp: now + 3600,
  };
  const token = [part({ alg: "RS256", typ: "JWT" }), part(claims), "c2lnbmVk"].join(".");
  return { token, expiresOnTimestamp: Date.now() + 3_600_000 };
}

async function answering(client: QueueServiceClient): Promise<void> {
  for (let tries = 0; ; tries++)
    try {
      await client.getProperties();
      return;
    } catch (cause) {
      if (tries > 200) throw cause;
      await passed(100);
    }
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}
