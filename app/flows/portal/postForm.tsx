/**
 * A form of the portal that changes something. It says whose page it is on: in another tab of the same browser somebody else
 * may have signed in since, and nothing is to be done in their name that they did not send.
 */
import { createContext, type ComponentProps } from "preact";

/** The field that holds the object id of whoever was signed in when the page was shown. */
export const SIGNED_IN_AS = "signedInAs";

/** Whose page it is: the object id of the account, set by the page's frame. */
export const PageOf = createContext<string | undefined>(undefined);

export function PostForm({ children, ...rest }: Omit<ComponentProps<"form">, "method">) {
  return (
    <form method="post" {...rest}>
      <PageOf.Consumer>
        {(objectId) => objectId !== undefined && <input type="hidden" name={SIGNED_IN_AS} value={objectId} />}
      </PageOf.Consumer>
      {children}
    </form>
  );
}
