/** The plugin's resources as one provider. */
import type { Provider } from "../protocol/provider.ts";
import { engineLog, silentLog, type Log } from "./engineLog.ts";
import type { Call, Resource } from "./resource.ts";

const VERSION = "0.1.0";

export interface ProviderOptions extends Pick<Call, "credential" | "now" | "wait" | "readyWithinSeconds"> {
  readonly resources: readonly Resource[];
  /** Used until a handshake says where the engine is. */
  readonly log?: Log;
}

export function provider(options: ProviderOptions): Provider {
  const cancelled = new AbortController();
  let log = options.log ?? silentLog;
  const call = (urn: string): Call => ({
    credential: options.credential,
    now: options.now,
    wait: options.wait,
    readyWithinSeconds: options.readyWithinSeconds,
    signal: cancelled.signal,
    say: (words) => log.say(urn, words),
    warn: (words) => log.warn(urn, words),
  });
  const of = (token: string): Resource => {
    const found = options.resources.find((resource) => resource.token === token);
    if (found === undefined) throw new Error(`The plugin ehr has no resource ${token}.`);
    return found;
  };

  return {
    version: VERSION,
    schema: JSON.stringify({ name: "ehr", version: VERSION }),
    attached: (engineAddress) => {
      if (options.log === undefined) log = engineLog(engineAddress);
    },
    cancel: () => cancelled.abort(new Error("cancelled")),
    configure: () => undefined,
    check: async ({ token, urn, news, olds }) => ({
      inputs: news,
      failures: await of(token).check(news, olds, call(urn)),
    }),
    diff: ({ token, oldState, oldInputs, news, ignoreChanges }) => {
      // What a half-done update left is recorded only among the outputs.
      const { updates, replaces } = of(token).diff({ ...oldState, ...oldInputs }, news);
      const changed = [...new Set([...replaces, ...updates])].filter((name) => !ignoreChanges.includes(name));
      return {
        changes: new Map(
          changed.map((name) => [name, { kind: "update", replaces: replaces.includes(name) }] as const),
        ),
        deleteBeforeReplace: false,
      };
    },
    create: async ({ token, urn, inputs, preview }) => {
      // Policies over the whole stack see outputs only, so the inputs are repeated among them.
      if (preview) return { id: "", properties: { ...inputs, ...of(token).preview(inputs, {}) } };
      const { id, outputs } = await of(token).create(inputs, call(urn));
      return { id, properties: { ...inputs, ...outputs } };
    },
    read: async ({ token, urn, id, inputs = {}, state }) => {
      const found = await of(token).read(id, inputs, state, call(urn));
      return found && { id: found.id, properties: found.outputs, inputs: found.inputs };
    },
    update: async ({ token, urn, id, oldState, news, preview }) => ({
      ...news,
      ...(preview ? of(token).preview(news, oldState) : await of(token).update(id, news, call(urn))),
    }),
    delete: ({ token, urn, id, inputs }) => of(token).delete(id, inputs, call(urn)),
    invoke: (token) => {
      throw new Error(`The plugin ehr has no function ${token}.`);
    },
  };
}
