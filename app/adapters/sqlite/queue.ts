/**
 * The queue in the store's file, for a laptop. Several processes may have the file open. A message that the queue has
 * accepted is on the disk.
 */
import { randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import {
  buriedText,
  hiddenSeconds,
  LeaseLost,
  refuseUnfitTaking,
  refuseUnsendable,
  type Message,
  type Queue,
} from "../../ports/queue.ts";
import { openDatabase } from "./database.ts";
import { fileFault } from "./faults.ts";
import { AT_MOST } from "./rows.ts";
import { stillThere } from "./stillThere.ts";
import { writesTogether } from "./writesTogether.ts";
import type { SqliteOptions } from "./store.ts";

const OPENED_WITHIN_MS = 2_000;

/** Tables beside the store's own; a release that does not know them leaves them alone. */
const SCHEMA = `
  create table if not exists messages (
    id integer primary key autoincrement,
    visible integer not null,
    deliveries integer not null default 0,
    receipt text,
    text text not null
  ) strict;
  create index if not exists messages_by_visible on messages (visible);
  create table if not exists buried (
    id integer primary key autoincrement,
    deliveries integer not null,
    reason text not null,
    text text not null
  ) strict;
`;

/** @throws when the file cannot be used, in words for the person who named it */
export function openSqliteQueue({ file, now }: Pick<SqliteOptions, "file" | "now">): Queue {
  const database = openQueueIn(file);
  const insert = database.prepare("insert into messages (visible, text) values (?, ?)");
  const take = database.prepare(
    `update messages set visible = ?, deliveries = deliveries + 1, receipt = ?
       where id in (select id from messages where visible <= ? order by visible ${AT_MOST})
       returning id, deliveries, text`,
  );
  const change = database.prepare(
    "update messages set visible = ?, receipt = ?, text = ? where id = ? and receipt = ?",
  );
  const remove = database.prepare("delete from messages where id = ? and receipt = ?");
  const bury = database.prepare("insert into buried (deliveries, reason, text) values (?, ?, ?)");
  const listed = database.prepare(`select id, deliveries, reason, text from buried order by id ${AT_MOST}`);
  const dug = database.prepare("delete from buried where id = ? returning text");

  const write = writesTogether(database, {
    isItsOwn: (cause) => cause instanceof LeaseLost,
    refuseIfGone: stillThere(file),
    told: (cause) => refusal(file, cause),
  });
  const inSeconds = (seconds: number) => now().getTime() + hiddenSeconds(seconds) * 1000;
  const removed = ({ id, receipt }: Message) => {
    if (remove.run(id, receipt).changes === 0) throw leaseLost();
  };
  const dig = (id: string): string | undefined => {
    const [row] = dug.all(id);
    return row && String(row["text"]);
  };

  return {
    async send(text, afterSeconds) {
      refuseUnsendable(text);
      const visible = inSeconds(afterSeconds);
      await write(() => insert.run(visible, text));
    },
    async receive(most, leaseSeconds) {
      refuseUnfitTaking(most, leaseSeconds);
      const receipt = randomUUID();
      const rows = await write(() => take.all(inSeconds(leaseSeconds), receipt, now().getTime(), most));
      return rows.map(({ id, deliveries, text }) => ({
        id: String(id),
        deliveries: Number(deliveries),
        text: String(text),
        receipt,
      }));
    },
    async hide(message, seconds, text = message.text) {
      if (text !== message.text) refuseUnsendable(text);
      const visible = inSeconds(seconds);
      const receipt = randomUUID();
      await write(() => {
        if (change.run(visible, receipt, text, message.id, message.receipt).changes === 0) throw leaseLost();
      });
      return { ...message, text, receipt };
    },
    remove: (message) => write(() => removed(message)),
    bury: (message, reason) =>
      write(() => {
        removed(message);
        bury.run(message.deliveries, reason, buriedText(message.text));
      }),
    buried: (most) =>
      write(() =>
        listed.all(most).map(({ id, deliveries, reason, text }) => ({
          id: String(id),
          deliveries: Number(deliveries),
          reason: String(reason),
          text: String(text),
        })),
      ),
    replay: (id) =>
      write(() => {
        const text = dig(id);
        if (text !== undefined) insert.run(now().getTime(), text);
        return text !== undefined;
      }),
    discard: (id) => write(() => dig(id) !== undefined),
    ready: () => write(() => void listed.all(1)),
    now,
    close() {
      if (database.isOpen) database.close();
      return Promise.resolve();
    },
  };
}

function openQueueIn(file: string): DatabaseSync {
  const database = openDatabase(file);
  try {
    database.exec(`pragma busy_timeout = ${String(OPENED_WITHIN_MS)}; ${SCHEMA}`);
    // From here on nothing waits inside SQLite (writesTogether.ts).
    database.exec("pragma busy_timeout = 0");
    return database;
  } catch (cause) {
    database.close();
    throw fileFault(file, cause);
  }
}

const leaseLost = () => new LeaseLost("The lease of the message is over, or it is gone");

function refusal(file: string, cause: unknown): Error {
  return cause instanceof LeaseLost
    ? cause
    : new Error(`The queue in ${file} did not do it`, { cause: fileFault(file, cause) });
}
