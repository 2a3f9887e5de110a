/**
 * The open streams of this process. There is a limit for each launch, and one in all. One timer looks at all of them: a
 * timer for each would be a good part of what a stream needs.
 */
import { AsyncLocalStorage } from "node:async_hooks";

export interface OpenStream {
  readonly launch: string;
  /** Checks whether the page may still be shown, says so, or ends the stream. */
  check(): void;
  end(): void;
}

export interface Streams {
  /** @returns false where there are as many as may be */
  add(stream: OpenStream): boolean;
  /** Makes room for another one. */
  remove(stream: OpenStream): void;
  /** Checks all streams of a launch now. */
  check(launch: string): void;
  endAll(): void;
}

export interface StreamRules {
  readonly ofLaunch: number;
  readonly inAll: number;
  /** How often each is checked. */
  readonly checkedEverySeconds: number;
  readonly lifeSeconds: number;
}

export function openStreams(rules: StreamRules): Streams {
  /** How old each is, in seconds. */
  const streams = new Map<OpenStream, number>();
  const ofLaunch = new Map<string, number>();
  // The timer is begun while a request is answered, but is not about that request.
  const aside = AsyncLocalStorage.snapshot();
  let timer: NodeJS.Timeout | undefined;

  const second = () => {
    for (const [stream, before] of streams) {
      const age = before + 1;
      streams.set(stream, age);
      if (age >= rules.lifeSeconds) stream.end();
      else if (age % rules.checkedEverySeconds === 0) stream.check();
    }
  };
  return {
    add(stream) {
      const many = ofLaunch.get(stream.launch) ?? 0;
      if (many >= rules.ofLaunch || streams.size >= rules.inAll) return false;
      ofLaunch.set(stream.launch, many + 1);
      streams.set(stream, 0);
      timer ??= aside(() => setInterval(second, 1000));
      return true;
    },
    remove(stream) {
      if (!streams.delete(stream)) return;
      const left = (ofLaunch.get(stream.launch) ?? 1) - 1;
      if (left > 0) ofLaunch.set(stream.launch, left);
      else ofLaunch.delete(stream.launch);
      if (streams.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    },
    check(launch) {
      for (const stream of streams.keys()) if (stream.launch === launch) stream.check();
    },
    endAll() {
      for (const stream of streams.keys()) stream.end();
    },
  };
}
