/** The queue in an Azure storage account. Its two queues must exist; `infra` makes them. */
import type { DequeuedMessageItem } from "@azure/storage-queue";
import * as z from "zod";
import {
  buriedText,
  hiddenSeconds,
  MOST_AT_ONCE,
  refuseUnfitTaking,
  refuseUnsendable,
  type Buried,
  type Message,
  type Queue,
} from "../../ports/queue.ts";
import { connect, type AccountQueue, type StorageQueueOptions } from "./account.ts";

/** A message lives until it is removed. By default it would expire after seven days. */
const FOR_EVER = { messageTimeToLive: -1 };
/** How long a message is hidden while it is looked for among the buried, or moved from one queue to the other. */
const BRIEFLY_SECONDS = 30;
const MOST_LOOKS = 1_000;

/** The content of a message in the second queue, which holds the buried ones. */
const buriedSchema = z.object({ text: z.string(), reason: z.string(), deliveries: z.int() });

export function openStorageQueue(options: StorageQueueOptions): Queue {
  const { work, poison, now } = connect(options);
  const hide = async (message: Message, seconds: number, text?: string): Promise<Message> => {
    const { id, receipt } = message;
    const hidden = hiddenSeconds(seconds);
    const changed = await work.ask("hide a message", (queue, abortSignal) =>
      queue.updateMessage(id, receipt, text, hidden, { abortSignal }),
    );
    return { ...message, text: text ?? message.text, receipt: receiptOf(changed) };
  };

  return {
    async send(text, afterSeconds) {
      refuseUnsendable(text);
      await put(work, text, hiddenSeconds(afterSeconds));
    },
    async receive(most, leaseSeconds) {
      refuseUnfitTaking(most, leaseSeconds);
      return (await take(work, most, hiddenSeconds(leaseSeconds))).map(messageOf);
    },
    async hide(message, seconds, text) {
      if (text !== undefined) refuseUnsendable(text);
      return hide(message, seconds, text === message.text ? undefined : text);
    },
    remove: (message) => remove(work, message),
    async bury(message, reason) {
      // Only a message whose lease is still ours is buried. If the process ends in between, the message comes again and is
      // buried twice; both entries say so.
      const held = await hide(message, BRIEFLY_SECONDS);
      const { text, deliveries } = held;
      await put(poison, JSON.stringify({ text: buriedText(text), reason, deliveries }), 0);
      await remove(work, held);
    },
    async buried(most) {
      const { peekedMessageItems } = await poison.ask("list", (queue, abortSignal) =>
        queue.peekMessages({ numberOfMessages: Math.min(most, MOST_AT_ONCE), abortSignal }),
      );
      return peekedMessageItems.map(({ messageId, messageText }) => buriedIn(messageId, messageText));
    },
    // The text came out of a queue, so a queue accepts it, whoever wrote it.
    replay: (id) => dig(poison, id, ({ text }) => put(work, text, 0)),
    discard: (id) => dig(poison, id, () => Promise.resolve()),
    async ready() {
      for (const queue of [work, poison])
        await queue.ask("answer", (client, abortSignal) => client.getProperties({ abortSignal }));
    },
    now,
    close: () => Promise.resolve(),
  };
}

async function put(queue: AccountQueue, text: string, visibilityTimeout: number): Promise<void> {
  await queue.ask("take a message", (client, abortSignal) =>
    client.sendMessage(text, { ...FOR_EVER, visibilityTimeout, abortSignal }),
  );
}

async function take(queue: AccountQueue, numberOfMessages: number, visibilityTimeout: number) {
  const { receivedMessageItems } = await queue.ask("give messages", (client, abortSignal) =>
    client.receiveMessages({ numberOfMessages, visibilityTimeout, abortSignal }),
  );
  return receivedMessageItems;
}

async function remove(queue: AccountQueue, { id, receipt }: Message): Promise<void> {
  await queue.ask("remove a message", (client, abortSignal) =>
    client.deleteMessage(id, receipt, { abortSignal }),
  );
}

/** Looks for a message among the buried. The others that are met on the way are hidden meanwhile. */
async function dig(
  poison: AccountQueue,
  id: string,
  use: (found: Buried) => Promise<void>,
): Promise<boolean> {
  const passed: Message[] = [];
  try {
    for (let looks = 0; looks < MOST_LOOKS; looks++) {
      const items = await take(poison, MOST_AT_ONCE, BRIEFLY_SECONDS);
      const found = items.find(({ messageId }) => messageId === id);
      passed.push(...items.filter((item) => item !== found).map(messageOf));
      if (found !== undefined) {
        await use(buriedIn(found.messageId, found.messageText));
        await remove(poison, messageOf(found));
        return true;
      }
      if (items.length === 0) return false;
    }
    return false;
  } finally {
    await Promise.all(passed.map((message) => show(poison, message)));
  }
}

/**
 * Makes a message visible again. Somebody else may have taken it by now, so a failure is ignored: the message becomes
 * visible by itself soon, and the work on the one that was found is done.
 */
async function show(queue: AccountQueue, { id, receipt }: Message): Promise<void> {
  await queue
    .ask("show a message", (client, abortSignal) =>
      client.updateMessage(id, receipt, undefined, 0, { abortSignal }),
    )
    .catch(() => undefined);
}

const messageOf = ({ messageId, messageText, popReceipt, dequeueCount }: DequeuedMessageItem): Message => ({
  id: messageId,
  text: messageText,
  deliveries: dequeueCount,
  receipt: popReceipt,
});

/** Reads a buried message. One that somebody else has put there gets the reason `not-ours`. */
function buriedIn(id: string, text: string): Buried {
  try {
    return { id, ...buriedSchema.parse(JSON.parse(text)) };
  } catch {
    return { id, text, reason: "not-ours", deliveries: 0 };
  }
}

/** The receipt that is valid from now on, which the answer names. */
function receiptOf({ popReceipt }: { readonly popReceipt?: string | undefined }): string {
  if (popReceipt === undefined) throw new Error("The queue named no receipt");
  return popReceipt;
}
