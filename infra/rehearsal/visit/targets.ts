/** Which of a stack's connections can be visited, and why the others cannot. */
import type { Connection, Department } from "../../../app/domain/hospital.ts";
import type { StackSettings } from "../../stack.ts";
import { hasEdge } from "../../stack/choices.ts";

export interface Target {
  readonly connection: Connection;
  readonly department: Department;
}

/** Each registered connection that has a department, with the first of its departments. */
export const targetsOf = ({ connections = [], departments = [] }: StackSettings): readonly Target[] =>
  connections.flatMap((connection) => {
    const department = departments.find((one) => one.connection === connection.id);
    return connection.provider === undefined || department === undefined ? [] : [{ connection, department }];
  });

/** What a rehearsal does not try. */
export interface NotExercised {
  /** A connection of the stack file, or a kind of resource with the number of resources. */
  readonly what: string;
  readonly why: string;
}

/** The connections and departments that are not visited. */
export function unvisited(stack: StackSettings): readonly NotExercised[] {
  const { connections = [], departments = [] } = stack;
  const targets = targetsOf(stack);
  return [
    ...connections
      .filter((one) => !targets.some(({ connection }) => connection.id === one.id))
      .map(({ id, provider }) => ({
        what: `the connection ${id}`,
        why:
          provider === undefined
            ? "it is not registered at Oracle yet (provider is left out)"
            : "no department says it, so there is nobody to visit",
      })),
    ...departments
      .filter((one) => !targets.some(({ department }) => department.id === one.id))
      .filter((one) => targets.some(({ connection }) => connection.id === one.connection))
      .map(({ id }) => ({
        what: `the department ${id}`,
        why: "of each connection one department is visited",
      })),
  ];
}

/** Whether only listed addresses reach the connector. */
export const isListed = (stack: StackSettings): boolean =>
  !hasEdge(stack) && (stack.network.allow ?? []).length > 0;
