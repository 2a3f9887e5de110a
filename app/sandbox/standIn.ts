/**
 * The contract by which a stand-in starts and stops. Each is a real HTTP server on loopback, as strict as the vendor. It
 * starts alone, stops alone, and leaves nothing behind but what it wrote below its data folder.
 *
 * A stand-in has two listeners over one application: `pages` (plain http, for people's browsers) and `backChannel` (https
 * with the sandbox's own certificate, for programs). Both are on `localhost`; the connector is on `127.0.0.1`. So to a
 * browser the vendor and the connector are two sites, as under PowerChart.
 */
export interface StandIn {
  readonly name: string;
  /** Origin of the http listener, such as http://localhost:3002. */
  readonly pages: string;
  /** Origin of the https listener, such as https://localhost:3003. */
  readonly backChannel: string;
  /** The requests received, newest first, at most 200. */
  readonly received: () => readonly ReceivedRequest[];
  /** Resolves when both ports are closed and the state is on the disk. */
  stop(): Promise<void>;
}

/** What the start page shows of a request; never a body, a query or a header. */
export interface ReceivedRequest {
  readonly at: Date;
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** What every stand-in is given at its start. */
export interface Hosting {
  /** With 0 any free port is taken. */
  readonly ports: { readonly pages: number; readonly backChannel: number };
  /** The sandbox's own certificate for localhost, in PEM. */
  readonly tls: { readonly key: string; readonly cert: string };
  /** Folder for what must survive a restart; without it everything is kept in memory only. */
  readonly dataFolder?: string;
  readonly now: () => Date;
}
