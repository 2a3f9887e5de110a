/** What an account of the hospital's directory is called now. https://learn.microsoft.com/graph/api/user-get */
import { z } from "zod";
import type { Directory } from "../../ports/directory.ts";
import {
  callGraph,
  deadlineIn,
  GraphRefusal,
  GraphUnavailable,
  type GraphAccess,
  type GraphAnswer,
} from "./call.ts";

const DEADLINE_MS = 3000;
const personSchema = z.looseObject({ displayName: z.string().min(1), userPrincipalName: z.string() });

/**
 * Showing a name is a courtesy: where the directory refuses (the app may lack User.ReadBasic.All), is slow or does not
 * know the account, there is no name, and nothing else depends on it. It is asked once: a page does not wait for it.
 */
export function graphDirectory(access: GraphAccess): Directory {
  return {
    async person(objectId) {
      const path = `/users/${encodeURIComponent(objectId)}?$select=displayName,userPrincipalName`;
      const deadline = deadlineIn(DEADLINE_MS, access.now());
      const answer = await orNothing(callGraph(access, { method: "GET", path, once: true }, deadline));
      const person = personSchema.safeParse(answer);
      if (!person.success) return undefined;
      return { displayName: person.data.displayName, userName: person.data.userPrincipalName };
    },

    async knows(objectId) {
      const path = `/users/${encodeURIComponent(objectId)}?$select=id`;
      try {
        await callGraph(access, { method: "GET", path }, deadlineIn(DEADLINE_MS, access.now()));
        return true;
      } catch (error) {
        if (error instanceof GraphUnavailable) return "not-told";
        if (!(error instanceof GraphRefusal)) throw error;
        return error.status === 404 && error.code === "Request_ResourceNotFound" ? false : "not-told";
      }
    },
  };
}

async function orNothing(asked: Promise<GraphAnswer>): Promise<unknown> {
  try {
    return (await asked).json;
  } catch (error) {
    if (error instanceof GraphRefusal || error instanceof GraphUnavailable) return undefined;
    throw error;
  }
}
