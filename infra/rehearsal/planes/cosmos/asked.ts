/** A request and its answer, and an account as one caller may use it. */
import type { IncomingHttpHeaders } from "node:http";
import type { CosmosContainer } from "./container.ts";
import type { DataAction } from "./dataActions.ts";

export interface Asked {
  readonly method: string;
  readonly path: readonly string[];
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface CosmosAccount {
  /** What `GET /` answers: the account's locations and its consistency. */
  readonly description: unknown;
  /** The number of items in a page of a query, unless the query asks for fewer. */
  readonly pageSize: number;
  database(id: string): CosmosDatabase | undefined;
  /**
   * @param resource `/` for the account, else `dbs/x` or `dbs/x/colls/y`
   * @throws Refused
   */
  permit(action: DataAction, resource: string): void;
}

export interface CosmosDatabase {
  container(id: string): CosmosContainer | undefined;
}

/** A container in which the caller has been allowed to do what it asks. */
export interface ContainerAccess {
  readonly container: CosmosContainer;
  readonly pageSize: number;
}

export const isSet = (headers: IncomingHttpHeaders, name: string): boolean =>
  String(headers[name]).toLowerCase() === "true";
