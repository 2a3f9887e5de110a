/**
 * The rights that operations on a queue's messages need
 * (https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory#permissions-for-queue-service-operations).
 */
import { words } from "../../azure/controlPlane/json.ts";
import type { Rights } from "../access/storage.ts";

/** For each operation, sets of actions, each of which suffices. */
export const NEEDS = {
  put: [["messages/add/action"], ["messages/write"]],
  get: [["messages/process/action"], ["messages/delete", "messages/read"]],
  peek: [["messages/read"]],
  update: [["messages/write"]],
  delete: [["messages/process/action"], ["messages/delete"]],
  properties: [["read"]],
} as const satisfies Readonly<Record<string, readonly (readonly string[])[]>>;
export type QueueOperation = keyof typeof NEEDS;

const WHOLLY = "read write delete messages/read messages/write messages/delete messages/process/action";

export const RIGHTS: Rights = {
  "Storage Queue Data Contributor": words(WHOLLY),
  "Storage Queue Data Message Processor": ["messages/read", "messages/process/action"],
  "Storage Queue Data Message Sender": ["messages/add/action"],
  "Storage Queue Data Reader": ["read", "messages/read"],
};
