/** What an account of the hospital's Microsoft directory is called. */
export interface Directory {
  /**
   * The account's current name, read for showing and kept nowhere. A courtesy to the reader of a page, never a reason
   * for having none: where the directory is down, slow, refuses or does not know the account, the answer is undefined,
   * within seconds.
   */
  person(objectId: string): Promise<{ readonly displayName: string; readonly userName: string } | undefined>;
  /**
   * Whose object id or sign-in name it is. "unknown": nobody's. A directory that is down, slow or refuses has told nothing;
   * never fails, and answers within seconds.
   */
  account(named: string): Promise<DirectoryAccount | "unknown" | "not-told">;
  /**
   * Accounts whose name or sign-in name begins so, twenty at most, by name. A directory that is down, slow or refuses has
   * told nothing; never fails, and answers within seconds.
   */
  search(beginning: string): Promise<readonly DirectoryAccount[] | "not-told">;
  /** Whether there is such an account. A directory that is down, busy or refuses has told nothing; never fails. */
  knows(objectId: string): Promise<boolean | "not-told">;
}

export interface DirectoryAccount {
  readonly objectId: string;
  readonly displayName: string;
  readonly userName: string;
}
