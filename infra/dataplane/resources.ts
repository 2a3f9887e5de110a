/** The inputs and outputs of our own plugin's three kinds of resources, as the program uses them. */
import * as pulumi from "@pulumi/pulumi";

export interface PhoneNumberArgs {
  /** Origin of the Communication Services resource: https://<name>.<geography>.communication.azure.com */
  readonly endpoint: pulumi.Input<string>;
  readonly countryCode: pulumi.Input<"US">;
  readonly phoneNumberType: pulumi.Input<"tollFree">;
  /** The area code to look for first; used only when a number is bought. */
  readonly areaCode?: pulumi.Input<string>;
  readonly sms: pulumi.Input<Capability>;
  readonly calling: pulumi.Input<Capability>;
  /** Whose number it is: the name of the tenant. */
  readonly tag: pulumi.Input<string>;
  /** Whether deleting the resource gives the number up for good. Left out, a number is never released. */
  readonly releaseOnDelete?: pulumi.Input<boolean>;
}

export type Capability = "none" | "inbound" | "outbound" | "inbound+outbound";

/**
 * The number that the Communication Services resource has, or else one that is bought. Set `protect` and `retainOnDelete` on
 * it.
 */
export class PhoneNumber extends pulumi.CustomResource {
  /** The number in E.164 form. */
  declare readonly phoneNumber: pulumi.Output<string>;
  declare readonly sms: pulumi.Output<Capability>;
  declare readonly calling: pulumi.Output<Capability>;
  /** When it was bought, in ISO 8601. */
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
  /** Path of the zip on disk; the file need not exist. */
  readonly file?: pulumi.Input<string>;
  /** The test deployment's container, for bytes that are not on the disk. */
  readonly from?: pulumi.Input<{
    readonly blobEndpoint: pulumi.Input<string>;
    readonly container: pulumi.Input<string>;
  }>;
}

/** The package in the container of packages, named by its digest. It stays there when the resource is deleted. */
export class Package extends pulumi.CustomResource {
  /** Address of the package without a query: the site fetches it by its managed identity. */
  declare readonly url: pulumi.Output<string>;
  constructor(name: string, args: PackageArgs, options?: pulumi.CustomResourceOptions) {
    super("ehr:index:Package", name, { ...args, url: undefined }, options);
  }
}

export interface ReadyArgs {
  /** The site and, where there is one, its slot; the resource waits for each of them. */
  readonly sites: readonly {
    /** Origin of the site, by https. */
    readonly address: pulumi.Input<string>;
    readonly digest: pulumi.Input<string>;
    /** SHA-256 over the settings. */
    readonly revision: pulumi.Input<string>;
  }[];
  /** How long it may take until the sites answer; left out, 15 minutes. */
  readonly withinSeconds?: pulumi.Input<number>;
  /** Where the sites' log is, in words for somebody whose site does not answer. */
  readonly logs: pulumi.Input<string>;
}

/**
 * Exists once each site has answered several times in a row with its package and its settings. Sites that exchange what they
 * run count as unchanged: a swap does that, and Azure has already waited for it.
 */
export class Ready extends pulumi.CustomResource {
  constructor(name: string, args: ReadyArgs, options?: pulumi.CustomResourceOptions) {
    super("ehr:index:Ready", name, { ...args }, options);
  }
}
