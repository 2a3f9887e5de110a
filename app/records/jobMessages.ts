/** What a message in the queue says of a job: its id, and nothing of what it is about. */
import { z } from "zod";

/** What a message says: which job, and whom somebody saw at it. */
export interface Wanted {
  readonly job: string;
  /** Of whom a worker saw that they have it, so that the next one knows whether they lived since. */
  readonly seen?: string;
}
const wantedSchema = z.object({ job: z.string(), seen: z.string().exactOptional() });

export function messageFor(job: string, seen?: string): string {
  return JSON.stringify({ job, ...(seen !== undefined && { seen }) });
}

/** Undefined for what is no message of ours. */
export function wantedBy(text: string): Wanted | undefined {
  try {
    return wantedSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
