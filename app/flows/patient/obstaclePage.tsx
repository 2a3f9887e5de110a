/** The small page of a link that leads nowhere: why, what to do, and whom to call. */
import { ButtonLink, Card } from "../../web/components.tsx";
import { CallLink, renderPatientPage, type PatientFrame } from "./frame.tsx";
import type { Contact } from "./link.ts";
import { WORDS } from "./dictionary.ts";
import type { Obstacle } from "./words.ts";

export const OBSTACLE_STATUS: Readonly<Record<Obstacle, number>> = {
  unknown: 404,
  over: 410,
  cancelled: 410,
  doubted: 409,
  revoked: 410,
  deleted: 410,
  notOpened: 405,
  trouble: 503,
};

interface Shown {
  readonly contact: Contact;
  /** The address at which the visit opens nevertheless. */
  readonly open?: string;
}

export function obstaclePage(frame: PatientFrame, obstacle: Obstacle, shown: Shown): string {
  const words = WORDS[frame.language];
  const { title, text } = words.obstacles[obstacle];
  return renderPatientPage(frame, {
    title,
    main: (
      <Card narrow>
        <h1>{title}</h1>
        {text.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
        {shown.open !== undefined && (
          <ButtonLink href={shown.open} large>
            {words.open}
          </ButtonLink>
        )}
        <CallLink contact={shown.contact} language={frame.language} />
      </Card>
    ),
  });
}
