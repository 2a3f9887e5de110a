/** Everything that the program and its plugin read from their environment. */

/** What azure-native's own provider signs in with, where a pipeline sets it. */
export interface DeployerEnvironment {
  readonly tenantId: string | undefined;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  /** A token of the pipeline's own identity provider, or the address and the bearer token to get one with. */
  readonly oidc: { readonly token: string } | { readonly url: string; readonly bearer: string } | undefined;
}

/** The names are azure-native's (https://www.pulumi.com/registry/packages/azure-native/installation-configuration). */
export function deployerEnvironment(environment: NodeJS.ProcessEnv = process.env): DeployerEnvironment {
  const {
    ARM_TENANT_ID: tenantId,
    ARM_CLIENT_ID: clientId,
    ARM_CLIENT_SECRET: clientSecret,
    ARM_USE_OIDC: useOidc,
    ARM_OIDC_TOKEN: token,
    ARM_OIDC_REQUEST_URL: url = environment["ACTIONS_ID_TOKEN_REQUEST_URL"],
    ARM_OIDC_REQUEST_TOKEN: bearer = environment["ACTIONS_ID_TOKEN_REQUEST_TOKEN"],
  } = environment;
  const asked = url !== undefined && bearer !== undefined ? { url, bearer } : undefined;
  const oidc = useOidc !== "true" ? undefined : token === undefined ? asked : { token };
  return { tenantId, clientId, clientSecret, oidc };
}

/** How long a site may take until it answers, where somebody sets it: a rehearsal sets a shorter time. */
export function readyWithinSeconds(environment: NodeJS.ProcessEnv = process.env): number | undefined {
  const text = environment["EHR_READY_WITHIN_SECONDS"];
  const said = Number(text);
  if (text === undefined || (Number.isInteger(said) && said > 0))
    return text === undefined ? undefined : said;
  throw new Error(
    "EHR_READY_WITHIN_SECONDS must be a whole number of seconds; leave it out for what the program says",
  );
}

/** How many milliseconds a second of waiting for Azure lasts: a rehearsal's in-memory Azure has a faster clock. */
export function azureSecondMs(environment: NodeJS.ProcessEnv = process.env): number {
  const said = Number(environment["EHR_AZURE_SECOND_MS"] ?? 1000);
  if (said > 0 && said <= 1000) return said;
  throw new Error("EHR_AZURE_SECOND_MS must be more than 0 and at most 1000; leave it out for 1000");
}
