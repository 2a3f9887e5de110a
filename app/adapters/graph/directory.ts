/** The current name of an account in the hospital's directory. https://learn.microsoft.com/graph/api/user-get */
import * as z from "zod";
import { objectId } from "../../domain/guid.ts";
import { compareNames } from "../../domain/formatters.ts";
import type { Directory } from "../../ports/directory.ts";
import { saysWords } from "../wire/members.ts";
import { shown } from "../wire/shown.ts";
import {
  callGraph,
  deadlineIn,
  GraphRefusal,
  GraphUnavailable,
  type GraphAccess,
  type GraphAnswer,
} from "./call.ts";

const DEADLINE_MS = 3000;
const personSchema = z.looseObject({
  displayName: z.string().refine(saysWords).transform(shown),
  userPrincipalName: z.string(),
});
const accountSchema = personSchema.extend({ id: objectId });
const idSchema = z.looseObject({ id: z.string().min(1) });
/**
 * An account without a name cannot be chosen from a list, so it is left out. https://learn.microsoft.com/graph/api/user-list
 */
const listSchema = z.looseObject({
  value: z.array(z.union([accountSchema, z.unknown().transform(() => undefined)])),
  "@odata.nextLink": z.unknown().optional(),
});

/**
 * Showing a name is optional: where the directory refuses (the app may lack User.ReadBasic.All), is slow or does not know
 * the account, there is no name, and nothing else depends on it. The directory is asked once, because a page must not wait
 * for repeated tries.
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

    async account(named) {
      const path = `/users/${encodeURIComponent(named)}?$select=id,displayName,userPrincipalName`;
      const answer = await orUnknown(access, path);
      if (typeof answer === "string") return answer;
      const account = accountSchema.safeParse(answer.json);
      if (!account.success) return "not-told";
      const { id, displayName, userPrincipalName } = account.data;
      return { objectId: id, displayName, userName: userPrincipalName };
    },

    async search(beginning) {
      const text = "'" + beginning.replaceAll("'", "''") + "'";
      const query = new URLSearchParams({
        $filter: `startswith(displayName,${text}) or startswith(userPrincipalName,${text})`,
        $select: "id,displayName,userPrincipalName",
        $top: "20",
      });
      const answer = await orUnknown(access, "/users?" + query.toString().replaceAll("+", "%20"));
      const found = typeof answer === "string" ? undefined : listSchema.safeParse(answer.json).data;
      if (found === undefined) return "not-told";
      const accounts = found.value
        .filter((account) => account !== undefined)
        .map(({ id, displayName, userPrincipalName }) => ({
          objectId: id,
          displayName,
          userName: userPrincipalName,
        }))
        .sort((one, other) => compareNames(one.displayName, other.displayName));
      return { accounts, hasMore: typeof found["@odata.nextLink"] === "string" };
    },

    async knows(objectId) {
      const answer = await orUnknown(access, `/users/${encodeURIComponent(objectId)}?$select=id`);
      if (typeof answer !== "string") return idSchema.safeParse(answer.json).success || "not-told";
      return answer === "unknown" ? false : answer;
    },
  };
}

/** Graph's answer about an account; "unknown" where no account has that name or id. */
async function orUnknown(access: GraphAccess, path: string): Promise<GraphAnswer | "unknown" | "not-told"> {
  try {
    return await callGraph(access, { method: "GET", path }, deadlineIn(DEADLINE_MS, access.now()));
  } catch (error) {
    if (error instanceof GraphUnavailable) return "not-told";
    if (!(error instanceof GraphRefusal)) throw error;
    return error.status === 404 && error.code === "Request_ResourceNotFound" ? "unknown" : "not-told";
  }
}

async function orNothing(asked: Promise<GraphAnswer>): Promise<unknown> {
  try {
    return (await asked).json;
  } catch (error) {
    if (error instanceof GraphRefusal || error instanceof GraphUnavailable) return undefined;
    throw error;
  }
}
