/** A body that is on its way, read as a firewall does: whoever the request goes on to reads it again. */
import type { IncomingMessage } from "node:http";
import { argumentsOf, type Part } from "./managedRules.ts";

/** The most bytes of a body that the firewall looks at: 128 KB. */
const AT_MOST_BYTES = 128 * 1024;

/**
 * The fields of a form, or else the body as it is. Of a body that is longer than the firewall looks at, or that does not say
 * its length, the beginning.
 */
export async function bodyParts(request: IncomingMessage): Promise<readonly Part[]> {
  const {
    "content-length": said,
    "content-type": type = "",
    "transfer-encoding": encoding,
  } = request.headers;
  const length = Number(said ?? 0);
  if (length === 0 && encoding === undefined) return [];
  const isWhole = length > 0 && length <= AT_MOST_BYTES;
  const text = (await readAndGivenBack(request, isWhole ? length : 1)).toString("utf8");
  return type.startsWith("application/x-www-form-urlencoded")
    ? argumentsOf("RequestBodyPostArgNames", new URLSearchParams(text))
    : [{ kind: "RequestBody", name: "", value: text }];
}

/** @param enough bytes; reading stops once there are as many */
const readAndGivenBack = (request: IncomingMessage, enough: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const read: Buffer[] = [];
    const done = () => {
      request.off("readable", onReadable).off("error", reject).off("close", done);
      const body = Buffer.concat(read);
      // Given back before the stream has said that it is at its end; afterwards it takes nothing any more.
      if (body.length > 0 && !request.readableEnded) request.unshift(body);
      resolve(body);
    };
    const onReadable = () => {
      for (;;) {
        const chunk = request.read() as Buffer | null;
        if (chunk === null) return;
        read.push(chunk);
        if (read.reduce((sum, one) => sum + one.length, 0) >= enough) {
          done();
          return;
        }
      }
    };
    request.on("readable", onReadable).once("error", reject).once("close", done);
  });
