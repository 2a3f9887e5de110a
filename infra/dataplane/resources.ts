/** What the program says of the three things that our own plugin makes. */
import * as pulumi from "@pulumi/pulumi";

export interface PhoneNumberArgs {
  /** Of the Communication Services resource: https://<name>.<geography>.communication.azure.com */
  readonly endpoint: pulumi.Input<string>;
  readonly countryCode: pulumi.Input<"US">;
  readonly phoneNumberType: pulumi.Input<"tollFree">;
  /** Looked for first; it matters only when a number is bought. */
  readonly areaCode?: pulumi.Input<string>;
  readonly sms: pulumi.Input<Capability>;
  readonly calling: pulumi.Input<Capability>;
  /** Whose number it is: the tenant. */
  readonly tag: pulumi.Input<string>;
  /** Gives the number up for good when the resource is deleted. Left out, a number is never released. */
  readonly releaseOnDelete?: pulumi.Input<boolean>;
}

export type Capability = "none" | "inbound" | "outbound" | "inbound+outbound";

/** The number that the resource has, or else one that is bought. Give it `protect` and `retainOnDelete`. */
export class PhoneNumber extends pulumi.CustomResource {
  /** E.164. */
  declare readonly phoneNumber: pulumi.Output<string>;
  declare readonly sms: pulumi.Output<Capability>;
  declare readonly calling: pulumi.Output<Capability>;
  /** ISO 8601. */
  declare readonly purchasedAt: pulumi.Output<string>;
  constructor(name: string, args: PhoneNumberArgs, options?: pulumi.CustomResourceOptions) {
    const outputs = { phoneNumber: undefined, purchasedAt: undefined };
    super("ehr:index:PhoneNumber", name, { ...args, ...outputs }, options);
  }
}

export interface PackageArgs {
  /** SHA-256 of the zip. */
  readonly digest: pulumi.Input<string>;
  /** https://<account>.blob.core.windows.net */
  readonly blobEndpoint: pulumi.Input<string>;
  readonly container: pulumi.Input<string>;
  /** Path of the zip on disk, which need not be there. */
  readonly file?: pulumi.Input<string>;
  /** The test deployment's container, for bytes that are not on disk. */
  readonly from?: pulumi.Input<{
    readonly blobEndpoint: pulumi.Input<string>;
    readonly container: pulumi.Input<string>;
  }>;
}

/** The package, in the artifact container under its digest. It stays there when the resource is deleted. */
export class Package extends pulumi.CustomResource {
  /** Without a query: the site fetches it by its managed identity. */
  declare readonly url: pulumi.Output<string>;
  constructor(name: string, args: PackageArgs, options?: pulumi.CustomResourceOptions) {
    super("ehr:index:Package", name, { ...args, url: undefined }, options);
  }
}

export interface ReadyArgs {
  /** What is waited for: the site and, where there is one, its slot. */
  readonly sites: readonly {
    /** Origin, https. */
    readonly address: pulumi.Input<string>;
    readonly digest: pulumi.Input<string>;
    /** SHA-256 over the settings. */
    readonly revision: pulumi.Input<string>;
  }[];
  /** How long it may take; left out, 15 minutes. */
  readonly withinSeconds?: pulumi.Input<number>;
  /** Where its log is, in words for whom it does not answer. */
  readonly logs: pulumi.Input<string>;
}

/**
 * Exists once each site answers, several times running, with its package and its settings. Sites that exchange what they
 * run are no change: that is what a swap does, and Azure has waited for it.
 */
export class Ready extends pulumi.CustomResource {
  constructor(name: string, args: ReadyArgs, options?: pulumi.CustomResourceOptions) {
    super("ehr:index:Ready", name, { ...args }, options);
  }
}
