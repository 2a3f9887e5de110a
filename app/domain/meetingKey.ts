/** What is the same in every address of one Teams meeting, by which calls are compared with visits. */

const THREAD = /19:meeting_[^/@%]+@thread\.v2/;
/** Microsoft writes the address with more percent signs in one answer than in another. */
const MOST_DECODINGS = 3;

/**
 * The meeting's thread, or the address without its parameters where it names none; undefined where it is no address. It is
 * compared only, and neither kept nor logged.
 */
export function meetingKey(joinUrl: string): string | undefined {
  if (!URL.canParse(joinUrl)) return undefined;
  let text = joinUrl;
  for (let times = 0; times < MOST_DECODINGS; times++) {
    const thread = THREAD.exec(text)?.[0];
    if (thread !== undefined) return thread;
    try {
      text = decodeURIComponent(text);
    } catch {
      break;
    }
  }
  const { origin, pathname } = new URL(joinUrl);
  return origin + pathname;
}
