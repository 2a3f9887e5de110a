/**
 * Azure's resource providers, which have to be registered in a subscription before any of their resources can be created.
 */
export const PROVIDERS = [
  "Microsoft.Web",
  "Microsoft.DocumentDB",
  "Microsoft.KeyVault",
  "Microsoft.Storage",
  "Microsoft.Network",
  "Microsoft.ManagedIdentity",
  "Microsoft.Communication",
  "Microsoft.EventGrid",
  "Microsoft.Insights",
  "Microsoft.OperationalInsights",
  "Microsoft.Cdn",
  "Microsoft.Consumption",
] as const;
