import { createHash } from "node:crypto";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { blobServer, credential, type BlobServer } from "./blobServer.ts";
import { drivePlugin, UNKNOWN } from "./pluginDriver.ts";

const BYTES = Buffer.from([0x50, 0x4b, 3, 4, ...Array.from({ length: 9000 }, (_, index) => index % 256)]);
const DIGEST = createHash("sha256").update(BYTES).digest("hex");
const NAME = `/packages/${DIGEST}.zip`;
const FILE = path.join(await mkdtemp(path.join(tmpdir(), "package-")), DIGEST + ".zip");
await writeFile(FILE, BYTES);
const GONE = FILE + ".gone";

const wait = () => Promise.resolve();
const plugin = () => drivePlugin("Package", { credential, wait });
const at = ({ blobEndpoint }: BlobServer) => ({ blobEndpoint, container: "packages" });
const wanted = (server: BlobServer, file: string = FILE) => ({ digest: DIGEST, ...at(server), file });

test("the package is stored under its digest, and what is stored is read again", async () => {
  const server = await blobServer();
  const pulumi = await plugin();
  expect(await pulumi.check(wanted(server))).toEqual([]);
  const { id, outputs } = await pulumi.create(wanted(server));
  expect([id, outputs]).toMatchObject([DIGEST, { url: server.blobEndpoint + NAME }]);
  expect(server.blobs.get(NAME)?.equals(BYTES)).toBe(true);
  expect(server.asked).toEqual(["HEAD " + NAME, "PUT " + NAME, "GET " + NAME]);
});

test("one that is there is taken as it is, with the zip long gone, once its bytes are checked", async () => {
  const server = await blobServer();
  server.blobs.set(NAME, BYTES);
  const pulumi = await plugin();
  expect(await pulumi.check(wanted(server, GONE))).toEqual([]);
  await pulumi.create(wanted(server, GONE));
  expect(server.asked.filter((line) => line.startsWith("PUT"))).toEqual([]);
  server.blobs.set(NAME, Buffer.from("something else"));
  await expect(pulumi.create(wanted(server))).rejects.toThrow(/does not have the digest in its name/);
});

test("two who store it at once both succeed", async () => {
  const server = await blobServer();
  await Promise.all([(await plugin()).create(wanted(server)), (await plugin()).create(wanted(server))]);
  expect(server.blobs.size).toBe(1);
});

test("bytes that are not on the disk come from the test deployment, with the digest or not at all", async () => {
  const [production, staging] = [await blobServer(), await blobServer()];
  const pulumi = await plugin();
  const inputs = { ...wanted(production, GONE), from: at(staging) };
  expect(await pulumi.check(inputs)).toEqual([["digest", expect.stringContaining("neither")]]);
  staging.blobs.set(NAME, Buffer.from("tampered with"));
  expect(await pulumi.check(inputs)).toEqual([]);
  await expect(pulumi.create(inputs)).rejects.toThrow(/does not have the digest in its name/);
  expect(production.blobs.size).toBe(0);
  staging.blobs.set(NAME, BYTES);
  await pulumi.create(inputs);
  expect(production.blobs.get(NAME)?.equals(BYTES)).toBe(true);
});

test("a zip that is not what its name says is not stored", async () => {
  const server = await blobServer();
  const file = FILE + ".changed";
  await writeFile(file, Buffer.concat([BYTES, Buffer.from("x")]));
  await expect((await plugin()).create(wanted(server, file))).rejects.toThrow(/does not have the digest/);
  expect(server.asked).toEqual(["HEAD " + NAME]);
});

test("a package that is nowhere is missed in the preview, where the account does not exist yet, too", async () => {
  const pulumi = await plugin();
  const account = { digest: DIGEST, blobEndpoint: UNKNOWN, container: "packages" };
  expect(await pulumi.check({ ...account, file: FILE })).toEqual([]);
  const [[property, reason] = []] = await pulumi.check({ ...account, file: GONE });
  expect([property, reason]).toEqual(["digest", expect.stringContaining("npm run package")]);
  expect(await pulumi.check({ ...account })).toHaveLength(1);
  const others = DIGEST.replace(/^./, (first) => (first === "0" ? "1" : "0"));
  expect(await pulumi.check({ ...account, file: FILE, digest: others })).toEqual([
    ["file", expect.stringContaining("does not have the digest")],
  ]);
  // A package that is stored is not looked for again.
  expect(await pulumi.check({ ...account, file: GONE }, { digest: DIGEST })).toEqual([]);
});

test("a test deployment that cannot be asked from here is no reason to stop a preview, and is told", async () => {
  const [production, staging] = [await blobServer(), await blobServer()];
  staging.refusal = { code: "AuthorizationFailure", times: 1000 };
  const pulumi = await plugin();
  const inputs = { ...wanted(production, GONE), from: at(staging) };
  expect(await pulumi.check(inputs)).toEqual([]);
  expect(pulumi.warned[0]).toContain("cannot be told from here");
  expect(await pulumi.check({ ...inputs, from: { ...at(staging), blobEndpoint: UNKNOWN } })).toEqual([]);
  await expect(pulumi.create(inputs)).rejects.toThrow(/list the address under deployFrom/);
});

test("somebody in between who knows no such path does not say that there is no package", async () => {
  const [production, staging] = [await blobServer(), await blobServer()];
  staging.isBetween = true;
  const pulumi = await plugin();
  const inputs = { ...wanted(production, GONE), from: at(staging) };
  expect(await pulumi.check(inputs)).toEqual([]);
  expect(pulumi.warned[0]).toContain("cannot be told from here");
  await expect(pulumi.create(inputs)).rejects.toThrow("did not do it: 404");
});

test("an account that lets nobody in is told with what may close it: the address, or a policy of the hospital's", async () => {
  const server = await blobServer();
  server.refusal = { code: "AuthorizationFailure", times: 1000 };
  const failure = await (await plugin()).create(wanted(server)).catch((error: unknown) => String(error));
  expect(failure).toContain("lets this address in no more than any other (AuthorizationFailure).");
  expect(failure).toContain("list the address under deployFrom in the stack file");
  expect(failure).toMatch(
    /an Azure Policy of the subscription's may turn it off, so ask .* for an exemption, or run from the network/u,
  );
});

test("a preview knows the address and asks nobody", async () => {
  const server = await blobServer();
  const pulumi = await plugin();
  expect(await pulumi.preview(wanted(server))).toEqual({
    ...wanted(server),
    url: server.blobEndpoint + NAME,
  });
  expect(await pulumi.preview({ ...wanted(server), blobEndpoint: UNKNOWN })).toMatchObject({ url: UNKNOWN });
  expect(server.asked).toEqual([]);
});

test("another digest or account is another package; where the bytes come from is nobody's business", async () => {
  const server = await blobServer();
  const pulumi = await plugin();
  const before = wanted(server);
  expect((await pulumi.diff(before, { ...before, file: GONE, from: at(server) })).changes).toEqual([]);
  expect(await pulumi.diff(before, { ...before, digest: "f".repeat(64) })).toEqual({
    changes: ["digest"],
    replaces: ["digest"],
  });
});

test("a deleted package stays; one that somebody removed is seen to be gone", async () => {
  const server = await blobServer();
  const pulumi = await plugin();
  const inputs = wanted(server);
  await pulumi.create(inputs);
  await pulumi.delete(DIGEST, inputs);
  expect(await pulumi.read(DIGEST, inputs)).toMatchObject({ id: DIGEST, inputs });
  const url = server.blobEndpoint + NAME;
  expect(await pulumi.read(url)).toMatchObject({ id: DIGEST, outputs: { url }, inputs: { digest: DIGEST } });
  server.blobs.clear();
  expect((await pulumi.read(DIGEST, inputs)).id).toBe("");
});

test("a role that the same update gave is waited for, and one that never works is named", async () => {
  const server = await blobServer();
  server.refusal = { code: "AuthorizationPermissionMismatch", times: 4 };
  const pulumi = await plugin();
  await pulumi.create(wanted(server));
  expect(server.blobs.size).toBe(1);
  server.refusal = { code: "AuthorizationPermissionMismatch", times: 1000 };
  await expect(pulumi.create(wanted(server))).rejects.toThrow(/"Storage Blob Data Contributor"/);
});

test.for<[string, unknown]>([
  ["digest", "latest"],
  ["blobEndpoint", "http://lamna.blob.core.windows.net"],
  ["blobEndpoint", "https://stlamna.blob.core.windows.net.evil.example"],
  ["container", "Packages!"],
  ["from.blobEndpoint", undefined],
])("a wrong %s is named before anything is made", async ([name, value]) => {
  const server = await blobServer();
  const wrong = name.startsWith("from") ? { from: { container: "packages" } } : { [name]: value };
  const failures = await (await plugin()).check({ ...wanted(server), ...wrong });
  expect(failures.map(([property]) => property)).toEqual([name]);
});

test("no token for storage goes anywhere but to a storage account, also where a preview looks for the package", async () => {
  const server = await blobServer();
  const from = { blobEndpoint: "https://stlamnatest.blob.evil.example", container: "packages" };
  expect(await (await plugin()).check({ ...wanted(server), from })).toEqual([
    [
      "from.blobEndpoint",
      "must be the address of a storage account, such as https://stlamnatest.blob.core.windows.net",
    ],
  ]);
  expect(server.blobs.size).toBe(0);
});
