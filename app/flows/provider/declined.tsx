/** Says that the chart has the patient as one who does not come. The visit is there all the same: the patient may have called since. */
import { Notice } from "../../web/components.tsx";

export const Declined = () => (
  <Notice kind="warning" title="The chart says that the patient has declined this appointment">
    <p>
      The connector sends no text or e-mail about it by itself. Check with the schedule whether the visit
      takes place; if it does, the link below works and can be sent.
    </p>
  </Notice>
);
