/**
 * The portal's icons: lines on a square of 20 by 20, in the color of the words beside them, and hidden from screen readers.
 */
const SHAPES = {
  home: "M3 9.5 10 3l7 6.5V17h-4.5v-5h-5v5H3z",
  checks: "M3 5.5 4.5 7 7 4M3 11.5 4.5 13 7 10M10 5.5h7m-7 6h7M10 16h7M3 16h3",
  setUp: "M4 5h2m3 0h7M4 10h2m3 0h7M4 15h2m3 0h7",
  connections: "M7 6H5a4 4 0 0 0 0 8h2m6-8h2a4 4 0 0 1 0 8h-2M6.5 10h7",
  approvals: "M3 10.5 6.5 14l6-7M11 13l1 1 6-7",
  departments: "M3 17V7h6v10M9 17V3h8v14M2 17h16M5 10h2m-2 3h2m5-7h2m-2 4h2m-2 4h2",
  managers: "M8 10a3.5 3.5 0 100-7 3.5 3.5 0 000 7zM2 17c0-3.5 2.5-5 6-5 1 0 2 .2 3 .5M12 14.5 14 17l4-5",
  texts: "M3 4h14v10H9l-4 3v-3H3zM6.5 8h7m-7 3h4",
  integration: "M5 3h10v14H5zM8 7h4m-4 3h4m-4 3h2",
  atRisk: "M10 3 18 17H2zM10 8v4m0 2v1",
  reports: "M4 16V9m4 7V4m4 12v-5m4 5V7",
  audit: "M5 3h7l3 3v11H5zM8 9h4m-4 3h4m-4-6h2",
  privacy: "M10 3l6 2v5c0 4-3 6-6 7-3-1-6-3-6-7V5z",
  optOuts: "M3 4h14v10H9l-4 3v-3H3zM8 7l4 4m0-4-4 4",
  linkedAccounts: "M7 10a3 3 0 100-6 3 3 0 000 6zM2 17c0-3 2-5 5-5s5 2 5 5M14 6h4M16 4v4",
  traces: "M4 5h5l2 5 2 5h3M4 15h4",
  help: "M10 3a7 7 0 100 14 7 7 0 000-14zM8 8a2 2 0 112.8 1.8c-.6.3-.8.7-.8 1.2m0 2.5v.5",
  operators: "M2.5 3.5h15v13h-15zM5.5 7l3 3-3 3M10 13h4.5",
  menu: "M3 5.5h14M3 10h14M3 14.5h14",
  add: "M10 4v12M4 10h12",
  edit: "M4 16l1-4 8-8 3 3-8 8z",
  power: "M10 3v7M6 5.5a6 6 0 1 0 8 0",
  remove: "M4 6h12M8 6V4h4v2m-6.5 0 .8 11h7.4l.8-11",
  file: "M10 3v9m0 0-3.5-3.5M10 12l3.5-3.5M4 16h12",
  check: "M4 10.5 8 14l8-8",
} as const;

export type IconName = keyof typeof SHAPES;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
      <path d={SHAPES[name]} />
    </svg>
  );
}
