/** Posts as Graph does: what was not answered is sent again. */
import { request, type Agent } from "node:http";

const MOST_TIMES_AGAIN = 3;

export interface ToPost {
  readonly agent: Agent;
  readonly body: string;
}

/**
 * Posts JSON. A server may have closed a connection that was kept open, just as it is used again, so what fails before it is
 * answered is sent again by a connection of its own.
 * @returns the answer's status; undefined where none came, however often it was sent
 */
export async function posted(address: string, what: ToPost): Promise<number | undefined> {
  for (let again = 0; again <= MOST_TIMES_AGAIN; again++) {
    const status = await postedOnce(address, what.body, again === 0 && what.agent);
    if (status !== undefined) return status;
  }
  return undefined;
}

/** @param agent false for a connection of its own */
function postedOnce(address: string, body: string, agent: Agent | false): Promise<number | undefined> {
  const headers = { "content-type": "application/json; charset=utf-8" };
  return new Promise((resolve) => {
    const asking = request(address, { method: "POST", agent, headers }, (answer) => {
      const answered = () => {
        resolve(answer.statusCode);
      };
      answer.once("end", answered).once("error", answered).resume();
    });
    asking.once("error", () => {
      resolve(undefined);
    });
    asking.end(body);
  });
}
