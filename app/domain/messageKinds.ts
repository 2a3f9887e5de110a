/** The kinds of messages that patients get unasked: when a visit becomes known, is moved, is canceled, comes near. */
export const MESSAGE_KINDS = ["confirmation", "update", "cancellation", "reminder"] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];
