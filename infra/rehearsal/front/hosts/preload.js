/**
 * `node --import preload.js?front=…&report=…`: each connection to port 443 of a named host goes to the front on loopback.
 * Every other connection is refused with an error code that names its target, except to the loopback addresses listed as
 * `reachable`. Names are not looked up. With `listeners=move`, listening ports move to free ports of loopback, so that a
 * program which opens 0.0.0.0 in the cloud opens nothing here. Each refusal and each move is written to the file `report` as
 * a line of JSON.
 */
import dgram from "node:dgram";
import dns from "node:dns";
import { appendFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import { setImmediate } from "node:timers";
import workers from "node:worker_threads";

const said = new URL(import.meta.url).searchParams;
const front = Number(said.get("front"));
const reachable = said.getAll("reachable");
const report = (line) => appendFileSync(said.get("report"), JSON.stringify(line) + "\n");

const isLoopback = (host) => /^(localhost|127(\.\d+){3}|::1)$/i.test(host);

function refusal(target) {
  report({ refused: target });
  const error = new Error("This process may not call " + target);
  error.code = "REHEARSAL_REFUSED_" + target;
  return error;
}

function isReachable(host, port) {
  if (!isLoopback(host)) return false;
  return said.get("loopback") === "all" || reachable.includes(host + ":" + port);
}

/** The options of a call of `connect`, whichever of its forms was used; undefined for a pipe. */
function optionsOf(args) {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof first === "object" && first !== null) return typeof first.path === "string" ? undefined : first;
  if (Number.isNaN(Number(first))) return undefined;
  return { port: Number(first), ...(typeof second === "string" && { host: second }) };
}

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
  const options = optionsOf(args);
  if (options === undefined) return connect.apply(this, args);
  const host = options.host ?? "localhost";
  const port = Number(options.port);
  if (isReachable(host, port)) return connect.apply(this, args);
  if (port !== 443 || net.isIP(host) !== 0 || isLoopback(host)) {
    const error = refusal(host + ":" + port);
    setImmediate(() => this.destroy(error));
    return this;
  }
  const redirected = { ...options, host: "127.0.0.1", port: front };
  for (const name of ["lookup", "family", "localAddress"]) delete redirected[name];
  if (Array.isArray(args[0])) {
    // Node's own callers pass arguments that are already normalized, and marked as such.
    args[0][0] = redirected;
    return connect.apply(this, args);
  }
  const done = args.find((arg) => typeof arg === "function");
  return connect.call(this, redirected, done);
};

if (said.get("listeners") === "move") {
  const { listen } = net.Server.prototype;
  net.Server.prototype.listen = function (...args) {
    const [first] = args;
    const options =
      typeof first === "object" && first !== null ? first : { port: typeof first === "function" ? 0 : first };
    if (options.path !== undefined || Number.isNaN(Number(options.port ?? 0))) {
      const error = refusal("pipe " + String(options.path ?? options.port));
      setImmediate(() => this.emit("error", error));
      return this;
    }
    this.once("listening", () => report({ listening: Number(options.port ?? 0), on: this.address().port }));
    const done = args.find((arg) => typeof arg === "function");
    return listen.call(this, { port: 0, host: "127.0.0.1", exclusive: true }, done);
  };
}

dgram.Socket.prototype.send = function (...args) {
  const error = refusal("datagram");
  const done = args.find((arg) => typeof arg === "function");
  setImmediate(() => (done === undefined ? this.emit("error", error) : done(error)));
};

/** A worker whose code is given as text would run it before this module, and so could reach everything. */
workers.Worker = class extends workers.Worker {
  constructor(file, options) {
    if (options?.eval === true) throw refusal("worker without a file");
    super(file, options);
  }
};

/** A look-up of any other name than this machine's would leave the machine. */
for (const resolver of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype])
  for (const name of Object.getOwnPropertyNames(resolver)) {
    const before = resolver[name];
    if (!/^(lookup|resolve|reverse)/.test(name) || typeof before !== "function") continue;
    resolver[name] = function (host, ...args) {
      if (net.isIP(host) !== 0 || isLoopback(host)) return before.call(this, host, ...args);
      const error = refusal("look-up of " + host);
      const done = args.find((arg) => typeof arg === "function");
      if (done === undefined) return Promise.reject(error);
      setImmediate(() => done(error));
    };
  }
syncBuiltinESMExports();
