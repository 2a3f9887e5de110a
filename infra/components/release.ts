/**
 * Uploads each package that runs, once, by its digest. A site fetches its package again at every restart, so none is
 * deleted.
 */
import * as pulumi from "@pulumi/pulumi";
import { Package } from "../dataplane/resources.ts";
import { bytesFor, type Bytes } from "../packages.ts";
import type { DeploymentContext } from "./deploymentContext.ts";
import type { Running } from "./siteSettings.ts";
import type { Storage } from "./storage.ts";

export interface ReleaseArguments {
  readonly context: DeploymentContext;
  readonly storage: Storage;
  /** Digests of the packages that site and slot run. */
  readonly digests: readonly string[];
}

export class Release extends pulumi.ComponentResource {
  readonly #running: ReadonlyMap<string, Running>;

  constructor(name: string, args: ReleaseArguments, options?: pulumi.ComponentResourceOptions) {
    super("ehr:components:Release", name, {}, options);
    const digests = [...new Set(args.digests)];
    const bytesOf = bytesFor(args.context.stack);
    this.#running = new Map(digests.map((digest) => [digest, this.#package(digest, bytesOf(digest), args)]));
    this.registerOutputs({});
  }

  /** @throws when the digest is not among those that the component was given. */
  running(digest: string): Running {
    const running = this.#running.get(digest);
    if (running === undefined) throw new Error("no package " + digest + " was given to the release");
    return running;
  }

  #package(digest: string, bytes: Bytes, { storage }: ReleaseArguments): Running {
    const { url } = new Package(
      "package-" + digest.slice(0, 12),
      {
        digest,
        blobEndpoint: storage.blobEndpoint,
        container: storage.packagesContainer,
        ...bytes,
      },
      { parent: this, dependsOn: [...storage.ready], retainOnDelete: true },
    );
    return { digest, url };
  }
}
