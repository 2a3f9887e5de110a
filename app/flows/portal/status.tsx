/** Shows how something stands by a word and an icon; the color is not needed to understand it. */
const SHAPES = {
  good: "M3.5 8.5l3 3 6-7",
  calm: "M4 8h8",
  attention: "M8 3.5v5.5M8 12v.5",
  bad: "M4 4l8 8M12 4l-8 8",
} as const;

export type Tone = keyof typeof SHAPES;

export function Status({ tone, children }: { tone: Tone; children: string }) {
  return (
    <span class={"status " + tone}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
        <path d={SHAPES[tone]} />
      </svg>
      {children}
    </span>
  );
}
