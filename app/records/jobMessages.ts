/** What a message in the queue says of a job: its id, and nothing of what the job is about. */
import * as z from "zod";

/** What a message says: which job, and at which life sign of its holder it was last seen. */
export interface Wanted {
  readonly job: string;
  /**
   * The holder and life sign that a worker saw, so that the next worker can tell whether the holder has been alive since.
   */
  readonly seen?: string;
}
const wantedSchema = z.object({ job: z.string(), seen: z.string().exactOptional() });

export function messageFor(job: string, seen?: string): string {
  return JSON.stringify({ job, ...(seen !== undefined && { seen }) });
}

/** Undefined if the text is not a message of ours. */
export function wantedBy(text: string): Wanted | undefined {
  try {
    return wantedSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
