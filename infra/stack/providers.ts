/** Azure's resource providers that a subscription must know before anything of theirs can be made. */
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
