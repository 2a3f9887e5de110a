/** Names that the program gives in Azure and Entra, and that people's commands look for. */

interface Named {
  /** The hospital's short name. */
  readonly tenant: string;
  readonly environment: "test" | "production";
}

/** A name that is unique inside its resource group or subscription, such as `vnet-lamna-test`. */
export const named = (kind: string, { tenant, environment }: Named): string =>
  [kind, tenant, environment].join("-");

/** The name of a registration that the program makes; the directory has no second one of that name. */
export const registrationName = ({ tenant, environment }: Named): string =>
  ["Teams EHR connector", tenant, environment].join(" ");
