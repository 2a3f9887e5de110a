/** The records of promotions, which are kept beside the packages. */
export interface Promotions {
  /**
   * The record of this stack's last promotion or rollback, as it was read and without being judged; undefined when there is
   * none.
   * @throws PromotionsFault
   */
  last(stack: string): Promise<unknown>;
}

/** The container refused or did not answer. The message is for administrators. */
export class PromotionsFault extends Error {
  override readonly name = "PromotionsFault";
}
