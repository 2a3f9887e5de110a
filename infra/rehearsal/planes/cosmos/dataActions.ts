/**
 * The data actions that a role can allow
 * (https://learn.microsoft.com/azure/cosmos-db/nosql/security/reference-data-plane-actions).
 */
const PREFIX = "Microsoft.DocumentDB/databaseAccounts/";

const ACTIONS = {
  readMetadata: "readMetadata",
  create: "sqlDatabases/containers/items/create",
  read: "sqlDatabases/containers/items/read",
  replace: "sqlDatabases/containers/items/replace",
  delete: "sqlDatabases/containers/items/delete",
  query: "sqlDatabases/containers/executeQuery",
  changeFeed: "sqlDatabases/containers/readChangeFeed",
} as const;
export type DataAction = keyof typeof ACTIONS;

export const named = (action: DataAction): string => PREFIX + ACTIONS[action];

/** The built-in roles Data Reader and Data Contributor of every account, by the last part of their ids. */
export const BUILT_IN: Readonly<Record<string, readonly string[]>> = {
  "00000000-0000-0000-0000-000000000001": ["readMetadata", "read", "query", "changeFeed"].map((action) =>
    named(action as DataAction),
  ),
  "00000000-0000-0000-0000-000000000002": [
    named("readMetadata"),
    PREFIX + "sqlDatabases/containers/*",
    PREFIX + "sqlDatabases/containers/items/*",
  ],
};
