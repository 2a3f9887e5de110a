/** What is stored under a package's name is hashed, and what differs is told with what to do. */
import { expect, test } from "vitest";
import { digestOf } from "../../infra/dataplane/blobs.ts";
import { Unanswered } from "../../scripts/preflight/finding.ts";
import { refuseReplaced } from "../../scripts/promote/production.ts";
import { storedPackages } from "../../scripts/storedPackages.ts";
import { blobServer, credential } from "../infra/dataplane/blobServer.ts";

const BYTES = Buffer.from("the package, of more than one chunk ".repeat(20_000));
const DIGEST = digestOf(BYTES);
const NAME = `/packages/${DIGEST}.zip`;

test("the stored bytes count, not the name; and a missing blob is no failure", async () => {
  const server = await blobServer();
  const at = { blobEndpoint: server.blobEndpoint, container: "packages" };
  const stored = storedPackages(credential, new AbortController().signal);
  expect(await stored(at, DIGEST)).toBeUndefined();
  server.blobs.set(NAME, BYTES);
  expect(await stored(at, DIGEST)).toBe(DIGEST);
  await refuseReplaced(at, DIGEST, stored);
  const others = Buffer.from("another program");
  server.blobs.set(NAME, others);
  expect(await stored(at, DIGEST)).toBe(digestOf(others));
  await expect(refuseReplaced(at, DIGEST, stored)).rejects.toThrow(
    /^Other bytes are stored under its name, [0-9a-f]{12}, so it is not swapped in\. Next, whoever answers for security: .* az storage blob delete .*\.zip, then/u,
  );
  server.blobs.delete(NAME);
  await expect(refuseReplaced(at, DIGEST, stored)).rejects.toThrow(/^Nothing is stored under its name/u);
});

test("storage that does not let this address in is told as that", async () => {
  const gone = { blobEndpoint: "http://127.0.0.1:1", container: "packages" };
  const refused = storedPackages(credential, new AbortController().signal)(gone, DIGEST);
  await expect(refused).rejects.toThrow(Unanswered);
});
