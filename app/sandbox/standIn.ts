/**
 * The contract by which a stand-in starts and stops. Each is a real HTTP server on loopback, as strict as the vendor; it
 * starts alone, stops alone, and leaves nothing behind but what it wrote under its data folder.
 *
 * A stand-in has two listeners over one application: `pages` (plain http, what people open in a browser) and
 * `backChannel` (https with the sandbox's own certificate, what programs call). Both are on `localhost`; the connector is
 * on `127.0.0.1`, so that vendor and connector are two sites to a browser, as under PowerChart.
 */
export interface StandIn {
  readonly name: string;
  /** Origin of the http listener, such as http://localhost:3002. */
  readonly pages: string;
  /** Origin of the https listener, such as https://localhost:3003. */
  readonly backChannel: string;
  /** The newest requests first, at most 200. */
  readonly received: () => readonly ReceivedRequest[];
  /** Resolves when both ports are closed and the state is on disk. */
  stop(): Promise<void>;
}

/** What the start page shows of a request: never a body, a query or a header. */
export interface ReceivedRequest {
  readonly at: Date;
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** What every stand-in is given. */
export interface Hosting {
  /** 0 takes any free port. */
  readonly ports: { readonly pages: number; readonly backChannel: number };
  /** PEM of the sandbox's own certificate for localhost. */
  readonly tls: { readonly key: string; readonly cert: string };
  /** Folder for what must survive a restart; without it everything is kept in memory only. */
  readonly dataFolder?: string;
  readonly now: () => Date;
}
