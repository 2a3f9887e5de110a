/**
 * The connector's package in the container of packages, named by its digest. It stays when the resource is deleted, because
 * a site fetches it at each restart.
 */
import { readFile } from "node:fs/promises";
import * as z from "zod";
import {
  addressOf,
  digestOf,
  fetchPackage,
  explained,
  isStored,
  lacksRole,
  storePackage,
  type Container,
} from "./blobs.ts";
import { blobOrigin, inputsOf, misfits, sha256 } from "./checking.ts";
import { untilRoleWorks } from "./patience.ts";
import { isKnown, maybe, UNKNOWN } from "./properties.ts";
import type { Call, CheckFailure, Resource } from "./resource.ts";

const container = z.string().regex(/^[a-z0-9](-?[a-z0-9]){2,62}$/, "must be the name of a blob container");
const containerAddress = { blobEndpoint: blobOrigin, container };
const schema = z.strictObject({
  ...containerAddress,
  digest: sha256,
  file: z.string().min(1).optional(),
  from: z.strictObject(containerAddress).optional(),
});
type Inputs = z.output<typeof schema>;
/** The inputs in a preview, when the account may not exist yet. */
const planned = z.object({
  digest: sha256,
  blobEndpoint: maybe(blobOrigin),
  container: maybe(container),
  file: maybe(z.string()).optional(),
  from: maybe(z.object({ blobEndpoint: maybe(blobOrigin), container: maybe(container) })).optional(),
});

/** What says which blob it is: where one of these changes, it is another blob. */
const IDENTITY = ["digest", "blobEndpoint", "container"] as const;

export const connectorPackage: Resource = {
  token: "ehr:index:Package",

  check: async (inputs, before, call) => {
    const failures = misfits(schema, inputs);
    if (failures.length > 0) return failures;
    const plan = planned.safeParse(inputs);
    // A package that is stored already is not looked for again, because its zip may no longer be on this disk.
    if (!plan.success || before["digest"] === plan.data.digest) return [];
    return missing(plan.data, call);
  },

  diff: (before, inputs) => ({
    updates: [],
    replaces: IDENTITY.filter((name) => isKnown(inputs[name]) && before[name] !== inputs[name]),
  }),

  preview: (inputs) => {
    const containerAddress = z
      .object({ digest: sha256, blobEndpoint: blobOrigin, container })
      .safeParse(inputs);
    return {
      url: containerAddress.success
        ? addressOf(containerAddress.data, containerAddress.data.digest)
        : UNKNOWN,
    };
  },

  create: async (inputs, call) => {
    const wanted = inputsOf(schema, inputs);
    await store(wanted, call);
    return { id: wanted.digest, outputs: { url: addressOf(wanted, wanted.digest) } };
  },

  read: async (id, inputs, _outputs, call) => {
    const at = imported(id) ?? z.object({ digest: sha256, ...containerAddress }).safeParse(inputs).data;
    if (at === undefined) throw new Error(IMPORT_ID);
    if (!(await told(at, () => isStored(at, at.digest, call)))) return undefined;
    return { id: at.digest, outputs: { url: addressOf(at, at.digest) }, inputs: { ...inputs, ...at } };
  },

  update: (_id, inputs) => {
    const wanted = inputsOf(schema, inputs);
    return Promise.resolve({ url: addressOf(wanted, wanted.digest) });
  },

  delete: () => Promise.resolve(),
};

async function store(wanted: Inputs, call: Call): Promise<void> {
  const { digest } = wanted;
  const there = await told(wanted, () =>
    untilRoleWorks(call, lacksRole, () => isStored(wanted, digest, call)),
  );
  if (there) {
    call.say("The package is there already; its bytes are checked …");
    await told(wanted, () => fetchPackage(wanted, digest, call));
    return;
  }
  const bytes = await bytesOf(wanted, call);
  call.say(`Uploading ${String(Math.ceil(bytes.byteLength / 1024))} KB …`);
  await told(wanted, () => untilRoleWorks(call, lacksRole, () => storePackage(wanted, digest, bytes, call)));
}

/**
 * The package's bytes from the disk, or else from the test stack's container.
 * @throws when there are none, or when they do not have the digest
 */
async function bytesOf({ digest, file, from }: Inputs, call: Call): Promise<Buffer> {
  const onDisk = file === undefined ? undefined : await read(file);
  if (onDisk !== undefined) {
    if (digestOf(onDisk) !== digest) throw new Error(otherOnDisk(file ?? "", digest));
    return onDisk;
  }
  if (from === undefined) throw new Error(notHere(digest));
  call.say("Copying from the test deployment …");
  return told(from, () => fetchPackage(from, digest, call));
}

async function read(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Reports before anything is created that the bytes are neither on the disk nor in one of the two containers. */
async function missing(plan: z.output<typeof planned>, call: Call): Promise<readonly CheckFailure[]> {
  const { digest, file } = plan;
  const bytes = file === undefined || !isKnown(file) ? undefined : await read(file);
  if (bytes !== undefined)
    return digestOf(bytes) === digest ? [] : [{ property: "file", reason: otherOnDisk(file ?? "", digest) }];
  const from = plan.from === undefined || !isKnown(plan.from) ? undefined : known(plan.from);
  const [here, there] = await Promise.all([holds(known(plan), digest, call), holds(from, digest, call)]);
  if (here === true || there === true) return [];
  if (plan.from === undefined || there === false) return [{ property: "digest", reason: notHere(digest) }];
  call.warn(`Whether the test deployment has the package ${digest.slice(0, 12)}… cannot be told from here.`);
  return [];
}

/**
 * Whether the container holds the package; undefined when that cannot be determined, because the account does not exist yet,
 * cannot be reached from here, or grants the caller no role.
 */
async function holds(at: Container | undefined, digest: string, call: Call): Promise<boolean | undefined> {
  if (at === undefined) return undefined;
  try {
    return await isStored(at, digest, call);
  } catch {
    call.signal.throwIfAborted();
    return undefined;
  }
}

function known(at: { blobEndpoint: string; container: string }): Container | undefined {
  return isKnown(at.blobEndpoint) && isKnown(at.container) ? at : undefined;
}

async function told<T>(at: Container, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw explained(error, at);
  }
}

function imported(id: string) {
  const found = /^(?<blobEndpoint>https:\/\/[^/]+)\/(?<container>[^/]+)\/(?<digest>[0-9a-f]{64})\.zip$/.exec(
    id,
  );
  return z.object({ digest: sha256, ...containerAddress }).safeParse({ ...found?.groups }).data;
}

function notHere(digest: string): string {
  return `The package ${digest} is neither on this disk nor in a container that this deployment may take it from. Build it (npm run package, on the commit it was built from), or name one that the test deployment has.`;
}

function otherOnDisk(file: string, digest: string): string {
  return `${file} does not have the digest ${digest}. Remove it, and build the package again (npm run package).`;
}

const IMPORT_ID = "Import a package as https://<account>.blob.core.windows.net/<container>/<digest>.zip.";
