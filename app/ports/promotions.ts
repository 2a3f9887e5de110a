/** Records of promotions, as they are kept beside the packages. */
export interface Promotions {
  /**
   * The record of the last promotion or rollback of this stack, as it was read and not judged yet; undefined when there is
   * none.
   * @throws PromotionsFault
   */
  last(stack: string): Promise<unknown>;
}

/** The container refused or did not answer. The message is for administrators. */
export class PromotionsFault extends Error {
  override readonly name = "PromotionsFault";
}
