/** What an account of the hospital's Microsoft directory is called. */
export interface Directory {
  /** The account's current name, read for showing and kept nowhere; undefined when the directory does not say. */
  person(objectId: string): Promise<{ readonly displayName: string; readonly userName: string } | undefined>;
}
