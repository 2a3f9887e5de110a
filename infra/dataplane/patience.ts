/**
 * Repeats a call for up to ten minutes while it is refused for want of a role, because a role that the same update has just
 * assigned takes some minutes to work
 * (https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---role-assignment-changes-are-not-being-detected).
 */
import type { Call } from "./resource.ts";

const EVERY_MILLISECONDS = 20_000;
const ATTEMPTS = 31;

export async function untilRoleWorks<T>(
  call: Call,
  lacksRole: (error: unknown) => boolean,
  act: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (!lacksRole(error) || attempt === ATTEMPTS) throw error;
      call.say("Waiting until the deployer's role works, which takes up to ten minutes …");
      await call.wait(EVERY_MILLISECONDS, call.signal);
    }
  }
}
