/**
 * Tells the account's own answers from those of somebody in between. A proxy that does not know a path says 404 as well, and
 * one that answers 200 has stored nothing; whoever believed the first would make anew what is there.
 */
import type { HttpClient } from "@azure/core-rest-pipeline";

/** Cosmos DB bears these on each answer. https://learn.microsoft.com/rest/api/cosmos-db/common-cosmosdb-rest-response-headers */
const MARKS = ["x-ms-activity-id", "x-ms-request-charge"];

/** Statuses besides success that say something about an item; all others say only that the call failed. */
const SAYING = new Set([304, 404, 409, 412, 449]);

/** The account did not answer; somebody on the way to it did. What became of the request is not known. */
export class AnsweredInBetween extends Error {
  override readonly name = "AnsweredInBetween";
  constructor(status: number) {
    super("status " + String(status) + " without the headers of Cosmos DB, so from somebody in between");
  }
}

/** Requests whose answers say something about items fail with AnsweredInBetween where the account did not answer them. */
export function ownAnswers(client: HttpClient): HttpClient {
  return {
    async sendRequest(request) {
      const answer = await client.sendRequest(request);
      const { status, headers } = answer;
      const isAboutItems = new URL(request.url).pathname.startsWith("/dbs/");
      const isSaying = (status >= 200 && status < 300) || SAYING.has(status);
      if (isAboutItems && isSaying && !MARKS.some((name) => headers.has(name)))
        throw new AnsweredInBetween(status);
      return answer;
    },
  };
}
