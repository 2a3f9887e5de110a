/** What every page that shows a patient has, together with public/away.js, because workstations are shared. */
import { Button } from "../../web/components.tsx";
import { once } from "../../web/once.tsx";

/** Takes the place of the banner when nobody has touched the page for a while (public/away.js). */
export const Away = once(() => (
  <section class="away" id="away" hidden aria-label="Patient">
    <p>The patient’s name is hidden, because nobody has used this page for a while.</p>
    <button class="button secondary" type="button" id="back-again">
      Show it
    </button>
  </section>
));

/** Offers to sign out, because this page cannot know who sits in front of it. */
export function Workstation({ base }: { readonly base: string }) {
  return (
    <form method="post" action={base + "/sign-out"} class="workstation">
      <SignOut />
    </form>
  );
}

const SignOut = once(() => (
  <>
    <p class="quiet">
      This page does not notice when you sign out of PowerChart. Before somebody else uses this workstation,
      close it.
    </p>
    <Button weight="secondary">Sign out of this page</Button>
  </>
));
