/** Azure's management says how long it refuses. The caller waits that long, but not for ever. */
import { afterEach, expect, test, vi } from "vitest";
import { onceUnthrottled } from "../../scripts/throttled.ts";

afterEach(() => vi.unstubAllEnvs());

const throttled = (retryAfter?: string) =>
  new Response("", { status: 429, headers: retryAfter === undefined ? {} : { "retry-after": retryAfter } });

test.each([
  ["waited for, as often as it says so", [throttled("1"), throttled("2"), new Response("ok")], 3, 200],
  ["not waited for where it does not say how long", [throttled()], 1, 429],
  ["not waited for when it lasts longer than a minute", [throttled("61")], 1, 429],
  ["given up after five answers", Array.from({ length: 9 }, () => throttled("1")), 5, 429],
  ["nothing that another refusal means", [new Response("", { status: 409 })], 1, 409],
])("a throttled request is %s", async (_what, answers, times, status) => {
  vi.stubEnv("EHR_AZURE_SECOND_MS", "1");
  let asked = 0;
  const ask = () => Promise.resolve(answers[asked++] ?? new Response("ok"));
  expect((await onceUnthrottled(ask, new AbortController().signal)).status).toBe(status);
  expect(asked).toBe(times);
});
