/** Looks up accounts in the hospital's Microsoft directory. */
export interface Directory {
  /**
   * The account's current name, read to be shown and not kept. No page may depend on it: where the directory is down, slow,
   * refuses or does not know the account, the answer is undefined, within seconds.
   */
  person(objectId: string): Promise<{ readonly displayName: string; readonly userName: string } | undefined>;
  /**
   * The account with this object id or sign-in name; "unknown" where there is none. "not-told" where the directory is down,
   * slow or refuses. Never rejects, and answers within seconds.
   */
  account(named: string): Promise<DirectoryAccount | "unknown" | "not-told">;
  /**
   * Accounts whose name or sign-in name begins with this text: at most twenty of them, and whether there are more.
   * "not-told" where the directory is down, slow or refuses. Never rejects, and answers within seconds.
   */
  search(beginning: string): Promise<SomeAccounts | "not-told">;
  /** Whether the account exists. "not-told" where the directory is down, busy or refuses. Never rejects. */
  knows(objectId: string): Promise<boolean | "not-told">;
}

export interface SomeAccounts {
  /** Sorted by name. */
  readonly accounts: readonly DirectoryAccount[];
  readonly hasMore: boolean;
}

export interface DirectoryAccount {
  readonly objectId: string;
  readonly displayName: string;
  readonly userName: string;
}
