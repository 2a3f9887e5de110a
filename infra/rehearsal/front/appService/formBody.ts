/** The fields of a form that is on its way, read as a firewall does: whoever the request goes on to reads them again. */
import type { IncomingMessage } from "node:http";

/** The most bytes of a body that the firewall looks at: 128 KB. */
const AT_MOST_BYTES = 128 * 1024;

/** The fields; none for a request without a form, or with one that is longer than the firewall looks at. */
export async function formBody(request: IncomingMessage): Promise<URLSearchParams> {
  const length = Number(request.headers["content-length"] ?? 0);
  const isForm = (request.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded");
  if (!isForm || length === 0 || length > AT_MOST_BYTES) return new URLSearchParams();
  return new URLSearchParams((await readAndGivenBack(request, length)).toString("utf8"));
}

const readAndGivenBack = (request: IncomingMessage, length: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const read: Buffer[] = [];
    const done = () => {
      request.off("readable", onReadable).off("error", reject);
      const body = Buffer.concat(read);
      // Given back before the stream has said that it is at its end; afterwards it takes nothing any more.
      if (body.length > 0) request.unshift(body);
      resolve(body);
    };
    const onReadable = () => {
      for (;;) {
        const chunk = request.read() as Buffer | null;
        if (chunk === null) return;
        read.push(chunk);
        if (read.reduce((sum, one) => sum + one.length, 0) >= length) {
          done();
          return;
        }
      }
    };
    request.on("readable", onReadable).once("error", reject);
  });
